import { ChildProgram } from '../support/child-program.js';
import { acceptsConnections } from '../support/accepts-connections.js';
import { freePort } from '../support/free-port.js';

/** The bridge of noVNC from WebSockets to TCP. */
export interface Websockify {
  port: number;
  /** Number of its processes: one, and one for each connection. */
  processes(): Promise<number>;
  stop(): Promise<unknown>;
}

/** Starts a websockify that takes the targets from a file of tokens. */
export async function startWebsockify(tokenFile: string): Promise<Websockify> {
  const port = await freePort();
  const options = ['--token-plugin', 'TokenFile', '--token-source', tokenFile];
  const command = ['websockify', ...options, `127.0.0.1:${port}`] as const;
  const program = new ChildProgram({ name: 'websockify', command, environment: process.env }).start();
  await program.untilReady(() => acceptsConnections(port));
  return {
    port,
    processes: async () => (await program.processes()).length,
    stop: () => program.stop(),
  };
}
