import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { UsagePeriod } from '../../apps/api/usage/usage-history-query.js';
import { FleetWorld } from '../support/fleet-world.js';
import { SluiceProcess } from '../support/sluice-process.js';
import { testSettings } from '../support/sluice-settings.js';

// A gateway reports every 30 seconds, and the API collects every five.
const patience = { timeout: 60_000, interval: 100 };

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = await FleetWorld.start(0);
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/chat');
});
afterEach(() => fleet.close());

test('a gateway that is killed loses at most what it has not reported, and nothing is counted twice', async () => {
  const first = startGateway();
  const reported = await open(first);
  await talk(reported, 20);
  await vi.waitFor(async () => expect(await used()).toEqual({ connections: 1, messages: 20 }), patience);
  const lost = await open(first);
  await talk(reported, 3);
  await talk(lost, 4);
  const cut = [reported, lost].map((client) => once(client, 'close'));
  await first.kill();
  await Promise.all(cut);

  const second = startGateway();
  const after = await open(second);
  await talk(after, 10);
  // It leaves its last report in Redis, and what its predecessor has reported is not counted again.
  await second.stop();
  await vi.waitFor(async () => expect((await used()).messages).toBeGreaterThanOrEqual(30), patience);
  const { connections, messages } = await used();
  expect(connections).toBeOneOf([2, 3]);
  // The 7 messages before the kill may be reported; 10 or 20 more are a report that counts twice.
  expect(messages).toBeLessThanOrEqual(37);
}, 180_000);

/** A gateway in a separate process, always on the same folder. */
function startGateway(): SluiceProcess {
  return SluiceProcess.start('gateway', {
    ...testSettings,
    SLUICE_DATA_DIR: join(fleet.folder, 'killed-gateway'),
    SLUICE_REDIS_URL: fleet.redisUrl,
    SLUICE_REDIS_PREFIX: fleet.redisPrefix,
  });
}

async function open(gateway: SluiceProcess): Promise<WebSocket> {
  const { gateways } = await gateway.urls();
  return vi.waitFor(async () => {
    const client = new WebSocket(`${gateways[0] ?? ''}/chat`);
    client.on('error', () => undefined);
    await once(client, 'open');
    return client;
  }, patience);
}

async function talk(client: WebSocket, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    client.send('hello');
    await once(client, 'message');
  }
}

/** The connections and the messages of clients that are stored. */
async function used(): Promise<{ connections: number; messages: number }> {
  const [from, to] = [-24, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  const path = `/tenants/acme/usage/history?from=${from}&to=${to}&by=hour`;
  const items = (await fleet.write('GET', path)).items as UsagePeriod[];
  return {
    connections: items.reduce((sum, period) => sum + period.connections, 0),
    messages: items.reduce((sum, period) => sum + period.fromClients.messages, 0),
  };
}
