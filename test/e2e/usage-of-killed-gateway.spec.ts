import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { UsagePeriod } from '../../apps/api/usage/usage-history-query.js';
import { FleetWorld } from '../support/fleet-world.js';
import { movedClock } from '../support/moved-clock.js';
import { SluiceProcess } from '../support/sluice-process.js';
import { testSettings } from '../support/sluice-settings.js';

// A gateway reports every 30 seconds, and the API collects every five.
const patience = { timeout: 60_000, interval: 100 };
const hourMs = 3_600_000;
// The gateways have a wrong clock, to which the API must not attend: an hour slow, so that a month ends late
// for them and not early.
const nodeOptions = movedClock(-hourMs);

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = await FleetWorld.start(0);
  await fleet.write('POST', '/tenants', { slug: 'acme' });
  await fleet.writeRoute('/chat');
});
afterEach(() => fleet.close());

test('a gateway that is killed loses at most what it has not reported, nothing is counted twice, and its wrong clock changes neither hours nor quotas', async () => {
  const startHour = hourOf(Date.now());
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
  const exceeded = once(after, 'close');
  await fleet.write('PATCH', '/tenants/acme', { quota: { messages: 1 } });
  const [code, reason] = (await exceeded) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1008, 'quota exceeded']);
  // It leaves its last report in Redis, and what its predecessor has reported is not counted again.
  await second.stop();
  await vi.waitFor(async () => expect((await used()).messages).toBeGreaterThanOrEqual(30), patience);
  const { connections, messages } = await used();
  expect(connections).toBeOneOf([2, 3]);
  // The 7 messages before the kill may be reported; 10 or 20 more are a report that counts twice.
  expect(messages).toBeLessThanOrEqual(37);
  // By the clock of the API.
  for (const { from } of await periods()) {
    expect(Date.parse(from)).toBeGreaterThanOrEqual(startHour);
    expect(Date.parse(from)).toBeLessThanOrEqual(hourOf(Date.now()));
  }
}, 180_000);

/** A gateway in a separate process, always on the same folder. */
function startGateway(): SluiceProcess {
  const settings = {
    ...testSettings,
    SLUICE_DATA_DIR: join(fleet.folder, 'killed-gateway'),
    SLUICE_REDIS_URL: fleet.redisUrl,
    SLUICE_REDIS_PREFIX: fleet.redisPrefix,
  };
  return SluiceProcess.start('gateway', settings, { nodeOptions });
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
  const items = await periods();
  return {
    connections: items.reduce((sum, period) => sum + period.connections, 0),
    messages: items.reduce((sum, period) => sum + period.fromClients.messages, 0),
  };
}

async function periods(): Promise<UsagePeriod[]> {
  const [from, to] = [-24, 2].map((hours) => new Date(Date.now() + hours * hourMs).toISOString());
  const path = `/tenants/acme/usage/history?from=${from}&to=${to}&by=hour`;
  return (await fleet.write('GET', path)).items as UsagePeriod[];
}

function hourOf(ms: number): number {
  return ms - (ms % hourMs);
}
