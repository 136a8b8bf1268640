import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startChild } from './child-processes.js';

// The listener never accepts, and its queue holds one connection more than the backlog.
const program = `
  const server = require('node:net').createServer();
  server.listen({ host: process.argv[1], port: 0, backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** A port whose listener has a full backlog, so that Linux does not answer new connections. */
export class SilentListener {
  private constructor(
    readonly port: number,
    private readonly fillers: readonly Socket[],
    private readonly end: () => Promise<void>,
  ) {}

  static async start(host = '127.0.0.1'): Promise<SilentListener> {
    const child = startChild(process.execPath, ['-e', program, host], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!child.stdout) throw new Error('the listener has no output');
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(text.toString());
    const fillers = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    for (const filler of fillers) filler.on('error', () => undefined);
    await Promise.all(fillers.map((filler) => once(filler, 'connect')));
    return new SilentListener(port, fillers, async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    });
  }

  async close(): Promise<void> {
    for (const filler of this.fillers) filler.destroy();
    await this.end();
  }
}
