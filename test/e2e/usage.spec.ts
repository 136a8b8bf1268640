import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { UsagePeriod } from '../../apps/api/usage/usage-history-query.js';
import { FleetWorld } from '../support/fleet-world.js';

// The API collects every five seconds, and the bus recovers within a few seconds.
const patience = { timeout: 25_000, interval: 100 };
// A masked frame of a client has six bytes besides its payload, one of an upstream two (RFC 6455 §5.2).
const payload = 'x'.repeat(100);
const bytesOf = { client: payload.length + 6, upstream: payload.length + 2 };

let fleet: FleetWorld;
let messages: number;

beforeEach(async () => {
  messages = 0;
  fleet = await FleetWorld.start(3);
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/chat');
});
afterEach(() => fleet.close());

// Uncompressed, so that bytes can be counted.
async function openOnEach(): Promise<WebSocket[]> {
  for (const client of await fleet.openOnEach('/chat')) client.terminate();
  return Promise.all(
    fleet.gateways.map(async ({ urls }) => {
      const client = new WebSocket(`${urls[0] ?? ''}/chat`, { perMessageDeflate: false });
      await once(client, 'open');
      return client;
    }),
  );
}

async function talk(clients: readonly WebSocket[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      clients.map((client) => {
        client.send(payload);
        messages += 1;
        return once(client, 'message');
      }),
    );
  }
}

async function used(): Promise<Pick<UsagePeriod, 'connections' | 'fromClients' | 'fromUpstreams'>> {
  const [from, to] = [Date.now() - 24 * 3_600_000, Date.now() + 3_600_000].map((ms) =>
    new Date(ms).toISOString(),
  );
  const path = `/tenants/acme/usage/history?from=${from}&to=${to}&by=hour`;
  const { items } = (await fleet.write('GET', path)) as unknown as { items: UsagePeriod[] };
  const sum = {
    connections: 0,
    fromClients: { messages: 0, bytes: 0 },
    fromUpstreams: { messages: 0, bytes: 0 },
  };
  for (const item of items) {
    sum.connections += item.connections;
    for (const side of ['fromClients', 'fromUpstreams'] as const) {
      sum[side].messages += item[side].messages;
      sum[side].bytes += item[side].bytes;
    }
  }
  return sum;
}

test('the usage of three gateways is what clients counted, through restarts of API, Redis and gateways', async () => {
  const clients = await vi.waitFor(openOnEach, patience);
  await talk(clients, 3);
  await fleet.stopApi();
  await talk(clients, 4);
  await fleet.redis.restartEmpty();
  await fleet.startApi();
  await talk(clients, 5);
  for (const client of clients) client.close();
  await Promise.all(clients.map((client) => once(client, 'close')));
  await Promise.all(fleet.gateways.map((gateway) => gateway.close()));
  for (const index of [0, 1, 2]) await fleet.startGateway(index);
  const expected = await vi.waitFor(async () => {
    const found = await used();
    expect(found.connections).toBe(6);
    return found;
  }, patience);
  // A close frame without a status is a header.
  const close = { client: 3 * 6, upstream: 3 * 2 };
  expect(expected.fromClients).toEqual({ messages, bytes: messages * bytesOf.client + close.client });
  expect(expected.fromUpstreams).toEqual({ messages, bytes: messages * bytesOf.upstream + close.upstream });
});
