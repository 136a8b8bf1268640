import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProgram } from '../support/child-program.js';
import { freePort } from '../support/free-port.js';
import { acceptsConnections } from '../support/accepts-connections.js';

/** A broker of MQTT over WebSocket. */
export interface Mosquitto {
  port: number;
  stop(): Promise<void>;
}

/** Starts a Mosquitto with one WebSocket listener on 127.0.0.1, without a file of messages. */
export async function startMosquitto(): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, configuration(port, join(folder, 'mosquitto.sock')));
  const command = ['mosquitto', '-c', file] as const;
  // Debian installs daemons in /usr/sbin, which is only on root's PATH.
  const environment = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` };
  const program = new ChildProgram({ name: 'mosquitto', command, environment }).start();
  await program.untilReady(() => acceptsConnections(port));
  return {
    port,
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Mosquitto 2.0 does not start with WebSocket listeners alone, so it also listens on a socket file. As root
// it would otherwise change to a user that may not create that file.
function configuration(port: number, socketFile: string): string {
  const lines = ['allow_anonymous true', 'user root', `listener 0 ${socketFile}`];
  return [...lines, `listener ${port} 127.0.0.1`, 'protocol websockets', ''].join('\n');
}
