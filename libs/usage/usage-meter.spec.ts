import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { ConnectionRegistry, type LiveConnection } from '#libs/connections';
import { newId, type UsageRow } from '#libs/contract';
import { liveConnection, recordingTunnel } from '../../test/support/live-connection.js';
import { UsageMeter } from './index.js';

const noCounters = recordingTunnel().fromClient();

/** A connection whose counters the test sets. */
class Traffic {
  messages = 0;
  readonly connection: LiveConnection;

  constructor(like: LiveConnection = liveConnection()) {
    const fromClient = () => ({ ...noCounters, messages: this.messages, bytes: 10 * this.messages });
    this.connection = { ...like, id: newId('connection'), tunnel: { ...like.tunnel, fromClient } };
  }
}

let registry: ConnectionRegistry;
let meter: UsageMeter;
let nowMs: number;

beforeEach(() => {
  nowMs = 1000;
  registry = new ConnectionRegistry();
  meter = new UsageMeter({ connections: registry, now: () => nowMs });
});

function open({ connection }: Traffic): void {
  registry.add(connection);
  meter.opened(connection);
}

function end({ connection }: Traffic): void {
  registry.remove(connection);
  const { tenant, route, apiKey, tunnel } = connection;
  const relayed = { fromClient: tunnel.fromClient(), fromUpstream: tunnel.fromUpstream() };
  meter.ended({ tenantId: tenant.id, routeId: route.id, apiKeyId: apiKey?.id ?? null, ...relayed });
}

/** The usage that is measured and reported. */
function report(): Promise<UsageRow[]> {
  return meter.measure(({ rows, commit }) => {
    commit(rows);
    return Promise.resolve(rows);
  });
}

const usage = (connections: number, connectionMs: number, messages: number) => ({
  connections,
  connectionMs,
  messagesFromClients: messages,
  bytesFromClients: 10 * messages,
  messagesFromUpstreams: 0,
  bytesFromUpstreams: 0,
});

test('a connection is reported from its opening to its end, each message once', async () => {
  const traffic = new Traffic();
  const { tenant, route, apiKey } = traffic.connection;
  const subject = { tenantId: tenant.id, routeId: route.id, apiKeyId: apiKey?.id };
  open(traffic);
  traffic.messages = 3;
  nowMs += 500;
  expect(await report()).toEqual([{ ...subject, ...usage(1, 500, 3) }]);
  traffic.messages = 5;
  nowMs += 250;
  expect(await report()).toEqual([{ ...subject, ...usage(0, 250, 2) }]);
  traffic.messages = 6;
  nowMs += 100;
  end(traffic);
  nowMs += 100;
  expect(await report()).toEqual([{ ...subject, ...usage(0, 100, 1) }]);
  expect([await report(), meter.size]).toEqual([[], 0]);
});

test('connections of one tenant, route and key are added up, and others are not', async () => {
  const one = new Traffic();
  const alike = new Traffic(one.connection);
  const keyless = new Traffic({ ...one.connection, apiKey: null });
  for (const traffic of [one, alike, keyless]) open(traffic);
  for (const traffic of [one, alike]) traffic.messages = 2;
  nowMs += 10;
  const rows = await report();
  expect(rows.map(({ apiKeyId }) => apiKeyId)).toEqual([one.connection.apiKey?.id, null]);
  expect(rows).toMatchObject([usage(2, 20, 4), usage(1, 10, 0)]);
});

test('usage that is not committed is measured again', async () => {
  const traffic = new Traffic();
  open(traffic);
  traffic.messages = 3;
  const [measured] = await meter.measure(({ rows }) => Promise.resolve(rows));
  traffic.messages = 4;
  expect(measured).toMatchObject(usage(1, 0, 3));
  expect(await report()).toMatchObject([usage(1, 0, 4)]);
});

test('connections that open, end and relay while all are read count once', async () => {
  const like = liveConnection();
  const size = 20_000;
  const all = Array.from({ length: size }, () => new Traffic(like));
  for (const each of all) {
    open(each);
    each.messages = 1;
  }
  const reading = report();
  let changed = 0;
  while (!(await isSettled(reading))) {
    for (const each of [all[changed], all[size - 1 - changed]]) {
      if (!each) throw new Error('reading takes too long');
      each.messages += 1;
      end(each);
    }
    const added = new Traffic(like);
    open(added);
    added.messages = 1;
    if (changed % 2 === 0) end(added);
    changed += 1;
  }
  const rows = [...(await reading), ...(await report())];
  const sumOf = (name: 'messagesFromClients' | 'connections') =>
    rows.reduce((sum, row) => sum + row[name], 0);
  expect(changed).toBeGreaterThan(1);
  expect(sumOf('messagesFromClients')).toBe(size + 3 * changed);
  expect(sumOf('connections')).toBe(size + changed);
});

/** Whether it is settled after a turn of the event loop. */
function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), nextTurn(false)]);
}
