import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { ProxyTarget } from './comparison/proxy.js';
import type { RestClient } from '../support/rest-client.js';
import { adminToken } from '../support/sluice-settings.js';

const echoEveryMs = 100;
const pollMs = 50;

/** Opens a connection that echoes ten messages a second, and taps it, until `end`. */
export async function tapOneConnection(
  rest: RestClient,
  { port, path, header }: ProxyTarget,
): Promise<{ end(): Promise<void> }> {
  const [name = '', value = ''] = header.split(': ');
  const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { [name]: value } });
  await once(client, 'open');
  const timer = setInterval(() => client.send(new Uint8Array(64)), echoEveryMs);
  const tenant = path.slice(1);
  const tapUrl = `${rest.webSocketUrl}/connections/${await idOfConnection(rest, tenant)}/tap?payloadBytes=100`;
  const tap = new WebSocket(tapUrl, ['sluice.tap', `sluice.token.${adminToken}`]);
  // The first frame means that the tap is active.
  await once(tap, 'message');
  return {
    end: async () => {
      clearInterval(timer);
      for (const socket of [tap, client]) {
        const closed = once(socket, 'close');
        socket.close();
        await closed;
      }
    },
  };
}

async function idOfConnection(rest: RestClient, tenant: string): Promise<string> {
  for (;;) {
    const { items } = await rest.call('GET', `/connections?tenant=${tenant}`);
    const [connection] = z.array(z.object({ id: z.string() })).parse(items);
    if (connection) return connection.id;
    await delay(pollMs);
  }
}
