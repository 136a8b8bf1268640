import { expect, test, vi } from 'vitest';
import { longWait } from '../../test/support/long-wait.js';
import { TimingWheel } from './timing-wheel.js';
import type { LaneRates } from './traffic-lane.js';
import { TrafficTable, type RateOwners } from './traffic-table.js';

const unlimited: LaneRates = { messagesPerSecond: null, bytesPerSecond: null };
const five: LaneRates = { messagesPerSecond: 5, bytesPerSecond: null };

interface Rates {
  tenant?: LaneRates | null;
  route?: LaneRates | null;
  apiKey?: LaneRates | null;
}

function owners(
  { tenant = unlimited, route = unlimited, apiKey = unlimited }: Rates,
  letter = 'a',
): RateOwners {
  return {
    tenant: { id: `ten_${letter}`, rates: tenant },
    route: { id: `rte_${letter}`, rates: route },
    apiKey: { id: `key_${letter}`, rates: apiKey },
  };
}

test('the connections of a tenant share one lane in each direction, and other tenants have their own lanes', () => {
  const table = new TrafficTable(new TimingWheel());
  const joined = ['a', 'a', 'b'].map((letter) => table.join(owners({ tenant: five }, letter)));
  const [one, two, other] = joined;
  one?.fromClients[0]?.take(5, 0);
  expect(two?.fromClients[0]?.allowedMessages()).toBe(0);
  expect(two?.fromUpstreams[0]?.allowedMessages()).toBe(5);
  expect(other?.fromClients[0]?.allowedMessages()).toBe(5);
  for (const lanes of joined) table.leave(lanes);
});

test('a tenant keeps its totals until it is deleted, and then its entry is removed', () => {
  const table = new TrafficTable(new TimingWheel());
  const lanes = table.join(owners({}));
  lanes.fromClients[0]?.count(3, 0);
  table.leave(lanes);
  expect(table.usage('ten_a').fromClients).toMatchObject({ messages: 3, messagesPerSecond: 0 });
  table.setRates('ten_a', null);
  expect([...table.tenantIds()]).toEqual([]);
});

test('the entry of a tenant that is deleted before a connection joins is removed with that connection', () => {
  const table = new TrafficTable(new TimingWheel());
  const lanes = table.join(owners({ tenant: null }));
  expect([...table.tenantIds()]).toEqual(['ten_a']);
  table.leave(lanes);
  expect([...table.tenantIds()]).toEqual([]);
});

test('usage reports the speed of a tenant, and zero after its last connection is closed', async () => {
  const table = new TrafficTable(new TimingWheel());
  const lanes = table.join(owners({}));
  lanes.fromUpstreams[0]?.count(100, 5000);
  const speed = (): number => table.usage('ten_a').fromUpstreams.messagesPerSecond;
  await vi.waitFor(() => expect(speed()).toBeGreaterThan(0), longWait);
  expect(table.usage('ten_a').fromUpstreams.bytesPerSecond).toBeCloseTo(speed() * 50, 5);
  table.leave(lanes);
  expect(speed()).toBe(0);
});

test('connections without rates of a route or a key share one object, and have the lanes of their tenant alone', () => {
  const table = new TrafficTable(new TimingWheel());
  const one = table.join(owners({ tenant: five }));
  expect(table.join(owners({ tenant: five }))).toBe(one);
  expect(one.fromClients).toHaveLength(1);
  expect(table.ids()).toEqual(['ten_a']);
  table.leave(one);
  table.leave(one);
});

test('a connection passes the lane of its key, of its route, and of its tenant last', () => {
  const table = new TrafficTable(new TimingWheel());
  const rate = (messagesPerSecond: number): LaneRates => ({ messagesPerSecond, bytesPerSecond: null });
  const lanes = table.join(owners({ tenant: rate(3), route: rate(2), apiKey: rate(1) }));
  for (const direction of [lanes.fromClients, lanes.fromUpstreams]) {
    expect(direction.map((lane) => lane.allowedMessages())).toEqual([1, 2, 3]);
  }
  table.leave(lanes);
});

test('the lanes of a connection change when its route gets its first rate, and again when that is removed', () => {
  const table = new TrafficTable(new TimingWheel());
  const [before, other] = [table.join(owners({})), table.join(owners({}))];
  expect(table.renew(before, owners({}))).toBe(before);
  const limited = table.renew(before, owners({ route: five }));
  expect(limited.fromClients).toHaveLength(2);
  expect(table.renew(limited, owners({ route: five }))).toBe(limited);
  expect(table.renew(limited, owners({ route: unlimited }))).toBe(other);
  table.setRates('rte_a', unlimited);
  expect(table.ids()).toEqual(['ten_a']);
  table.leave(other);
  table.leave(other);
});

test('a key without connections keeps its used rate until that is full again, and is then forgotten', async () => {
  const table = new TrafficTable(new TimingWheel());
  const first = table.join(owners({ apiKey: five }));
  first.fromClients[0]?.take(5, 0);
  table.leave(first);
  const second = table.join(owners({ apiKey: five }));
  expect(second.fromClients[0]?.allowedMessages()).toBe(0);
  table.leave(second);
  await vi.waitFor(() => expect(table.ids()).toEqual(['ten_a']), longWait);
});

test('a key that is deleted is forgotten with its last connection', () => {
  const table = new TrafficTable(new TimingWheel());
  const lanes = table.join(owners({ apiKey: five }));
  lanes.fromClients[0]?.take(5, 0);
  table.setRates('key_a', null);
  expect(lanes.fromClients[0]?.allowedMessages()).toBe(0);
  table.leave(lanes);
  expect(table.ids()).toEqual(['ten_a']);
});
