import assert from 'node:assert/strict';
import { join } from 'node:path';
import { acceptsConnections } from '../../support/accepts-connections.js';
import { ChildProgram, runToEnd } from '../../support/child-program.js';
import { freePort } from '../../support/free-port.js';
import type { CompatibleProgram } from '../compatible-program.js';
import { packagesFolder, packageVersion } from '../packages.js';

const clients = 50;

/** SockJS with its WebSocket and its fallbacks. */
export const sockJs: CompatibleProgram = {
  name: 'SockJS',
  version: async () => `${await packageVersion('sockjs')} and ${await packageVersion('sockjs-client')}`,
  run: async ({ sluice, check }) => {
    const port = await freePort();
    const main = join(packagesFolder, 'sockjs-server.mjs');
    const command = [process.execPath, main, String(port)] as const;
    const server = new ChildProgram({ name: 'sockjs', command, environment: process.env }).start();
    try {
      await server.untilReady(() => acceptsConnections(port));
      await sluice.publish('/sj', port);
      for (const transport of ['websocket', 'xhr-streaming', 'xhr-polling']) {
        await check(`${clients} clients get their echo over ${transport}`, async () => {
          const client = join(packagesFolder, 'sockjs-client.mjs');
          const options = [client, `${sluice.url}/sj`, transport, String(clients)];
          const { exitCode, output } = await runToEnd(process.execPath, options);
          assert.equal(exitCode, 0, output);
        });
      }
    } finally {
      await server.stop();
    }
  },
};
