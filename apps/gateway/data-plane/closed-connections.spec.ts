import { expect, test } from 'vitest';
import { newId } from '#libs/contract';
import type { EndedRecord } from '#libs/pipeline';
import { ClosedConnections } from './closed-connections.js';

const counters = {
  messages: 1,
  frames: 1,
  controlFrames: 0,
  bytes: 9,
  bytesReceived: 9,
  lastActivityAtMs: 1,
  roundTripMs: 1,
};
const everything = { filter: {}, before: null, limit: 1000 };

function record(fields: Partial<EndedRecord> = {}): EndedRecord {
  return {
    ...{
      outcome: 'ended',
      connectionId: newId('connection'),
      host: 'a',
      path: '/',
      clientAddress: '192.0.2.1',
      httpVersion: '1.1',
    },
    ...{ tenantId: 'ten_1', routeId: 'rte_1', apiKeyId: null, upstreamUrl: 'ws://a/', durationMs: 1 },
    ...{ endedBy: 'client', closeCode: 1000, reason: null, subprotocol: null },
    ...{ fromClient: counters, fromUpstream: counters },
    ...fields,
  };
}

test('the last 1,000 connections are kept, newest first', () => {
  let nowMs = 1_000_000;
  const closed = new ClosedConnections('gtw_1', () => (nowMs += 1));
  const ids = Array.from({ length: 1500 }, () => newId('connection'));
  for (const connectionId of ids) closed.add(record({ connectionId }));
  expect(closed.list(everything).map(({ id }) => id)).toEqual(ids.slice(500).reverse());
});

test('pages have each connection once, also of those that ended in the same millisecond', () => {
  const closed = new ClosedConnections('gtw_1', () => 1_000_000);
  for (let index = 0; index < 25; index += 1) closed.add(record());
  const ids: string[] = [];
  let before: { closedAtMs: number; id: string } | null = null;
  for (let page = 0; page < 4; page += 1) {
    const connections = closed.list({ filter: {}, before, limit: 7 });
    ids.push(...connections.map(({ id }) => id));
    before = { closedAtMs: 1_000_000, id: ids.at(-1) ?? '' };
  }
  expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
});

test('each filter selects', () => {
  let nowMs = 0;
  const closed = new ClosedConnections('gtw_1', () => (nowMs += 1000));
  closed.add(record());
  const filter = {
    ...{ tenantId: 'ten_2', routeId: 'rte_2', apiKeyId: 'key_2', clientAddress: '192.0.2.2' },
    upstreamUrl: 'ws://b/',
  };
  closed.add(record({ ...filter, endedBy: 'gateway', closeCode: 1008, reason: 'key revoked' }));
  const found = (query: object): unknown[] =>
    closed.list({ ...everything, ...query }).map(({ closeCode }) => closeCode);
  for (const [name, value] of Object.entries(filter))
    expect(found({ filter: { [name]: value } })).toEqual([1008]);
  for (const query of [
    { endedBy: 'gateway' },
    { closeCode: 1008 },
    { closedAfter: '1970-01-01T00:00:02.000Z' },
  ])
    expect(found(query)).toEqual([1008]);
  expect(found({ filter: { tenantId: 'ten_3' } })).toEqual([]);
});
