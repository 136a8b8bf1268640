import { afterEach, expect, test } from 'vitest';
import type { SentTraffic } from '#libs/tunnel';
import { describeOverview } from './describe-overview.js';
import { keptTicks } from './step-rows.js';
import { TrafficHistory } from './traffic-history.js';

const live = new Map<string, number>();
let sent = new Map<string, SentTraffic>();
afterEach(() => {
  live.clear();
  sent = new Map();
});

function historyOf(maxRows?: number): TrafficHistory {
  return new TrafficHistory({
    traffic: {
      takeSent: (visit) => {
        for (const [tenantId, traffic] of sent) visit(tenantId, traffic);
        sent = new Map();
      },
    },
    registry: {
      get size() {
        return [...live.values()].reduce((sum, count) => sum + count, 0);
      },
      ofTenant: (tenantId) => ({ size: live.get(tenantId) ?? 0 }),
    },
    now: () => 0,
    ...(maxRows !== undefined && { maxRows }),
  });
}

function send(tenantId: string, messages: number): void {
  sent.set(tenantId, {
    messagesFromClients: messages,
    messagesFromUpstreams: 0,
    bytesFromClients: messages * 10,
    bytesFromUpstreams: 0,
  });
}

const request = { window: '1m', sort: 'messages', limit: 10, tenantIds: null } as const;

test('the figures of tenants add up to those of the gateway, with requests that matched no route', async () => {
  const history = historyOf();
  history.joined('ten_a');
  history.joined('ten_b');
  live.set('ten_a', 1).set('ten_b', 1);
  history.refused('ten_a', 'key_invalid');
  history.refused(null, 'no_route');
  send('ten_a', 3);
  send('ten_b', 5);
  history.recordUpTo(0);
  const all = await describeOverview(history, request);
  expect(all.steps).toBe(1);
  expect(all.series.handshakes.at(-1)).toBe(2);
  expect(all.series.connections.at(-1)).toBe(2);
  expect(all.series.messagesFromClients.at(-1)).toBe(8);
  expect(all.refusals.map(({ code, values }) => [code, values.at(-1)])).toEqual([
    ['key_invalid', 1],
    ['no_route', 1],
  ]);
  expect(all.tenants).toEqual([
    { tenantId: 'ten_b', connections: 1, handshakes: 1, refusals: 0, messages: 5, bytes: 50 },
    { tenantId: 'ten_a', connections: 1, handshakes: 1, refusals: 1, messages: 3, bytes: 30 },
  ]);
  const one = await describeOverview(history, { ...request, tenantIds: ['ten_a', 'ten_unknown'] });
  expect(one.series.bytesFromClients.at(-1)).toBe(30);
  expect(one.refusals.map(({ code }) => code)).toEqual(['key_invalid']);
  expect(one.tenants.map(({ tenantId }) => tenantId)).toEqual(['ten_a']);
});

test('a code is reported only in windows with a refusal', async () => {
  const history = historyOf();
  history.refused(null, 'no_route');
  history.recordUpTo(0);
  history.recordUpTo(60);
  const codesIn = async (window: '1m' | '10m'): Promise<string[]> =>
    (await describeOverview(history, { ...request, window })).refusals.map(({ code }) => code);
  expect([await codesIn('1m'), await codesIn('10m')]).toEqual([[], ['no_route']]);
});

test('with more active tenants than the request asks for, the answer says that it is not complete', async () => {
  const history = historyOf();
  send('ten_a', 3);
  send('ten_b', 5);
  history.recordUpTo(0);
  for (const [limit, isComplete, names] of [
    [2, true, ['ten_b', 'ten_a']],
    [1, false, ['ten_b']],
  ] as const) {
    const answer = await describeOverview(history, { ...request, limit });
    expect(answer.isComplete).toBe(isComplete);
    expect(answer.tenants.map(({ tenantId }) => tenantId)).toEqual(names);
  }
});

test('a tenant is forgotten an hour after its last connection, and not before', () => {
  const history = historyOf();
  history.joined('ten_a');
  live.set('ten_a', 1);
  history.recordUpTo(0);
  history.recordUpTo(3 * keptTicks);
  expect([...history.tenants.keys()]).toEqual(['ten_a']);
  live.delete('ten_a');
  history.ended('ten_a');
  history.recordUpTo(3 * keptTicks + 1);
  history.recordUpTo(4 * keptTicks);
  expect(history.tenants.size).toBe(1);
  history.recordUpTo(5 * keptTicks);
  expect(history.tenants.size).toBe(0);
});

test('the memory is bounded: further tenants count in all only, and the answer says so', async () => {
  const history = historyOf(4);
  for (let index = 0; index < 100; index += 1) history.joined(`ten_${index}`);
  history.recordUpTo(0);
  expect(history.isComplete).toBe(false);
  const { series, tenants, isComplete } = await describeOverview(history, { ...request, sort: 'handshakes' });
  expect(series.handshakes.at(-1)).toBe(100);
  expect(tenants.length).toBe(2);
  expect(isComplete).toBe(false);
  history.recordUpTo(60);
  expect(history.tenants.size).toBe(2);
  history.recordUpTo(2 * keptTicks);
  expect(history.isComplete).toBe(true);
});
