import { beforeEach, describe, expect, test } from 'vitest';
import { LightAbort } from '#libs/async';
import { newId, publishedRouteSchema, upstreamId, type PublishedRoute } from '#libs/contract';
import { UpstreamPools } from '../upstream-pools.js';
import type { UpstreamState } from '../upstream-state.js';
import type { UpstreamTurn } from '../upstream-turn.js';
import type { ServiceRecord } from './service-record.js';

const listed = { url: 'ws://_ws._tcp.chat.test/base', discovery: 'srv' };
const request = { clientAddress: '192.0.2.1', request: { headers: [], path: '/', rawQuery: null } };
const id = newId('route');
const [a, b] = [record('a.test'), record('b.test')];

let pools: UpstreamPools;
let nowMs: number;
let queries: number;
let lookedUp: string;
let addresses: string[];
let answer: () => Promise<readonly ServiceRecord[]>;

beforeEach(() => {
  nowMs = 0;
  queries = 0;
  answers(a, b);
  pools = new UpstreamPools({
    checks: {
      watch: () => ({
        health: { state: 'unknown', since: new Date(), lastProbe: null },
        release: () => undefined,
      }),
    },
    onTransition: () => undefined,
    lookupFor: () => (name) => {
      lookedUp = name;
      return Promise.resolve(addresses.map((address) => ({ address })));
    },
    findServices: () => {
      queries += 1;
      return answer();
    },
    stickyKey: (tenantId) => ({ id: newId('stickyKey'), tenantId, secret: 'secret', previousSecret: null }),
    now: () => nowMs,
  });
});

function record(target: string, others: Partial<ServiceRecord> = {}): ServiceRecord {
  return { target, port: 9000, priority: 10, weight: 0, ...others };
}

function answers(...records: ServiceRecord[]): void {
  answer = () => Promise.resolve(records);
}

function fails(code: string): void {
  answer = () => Promise.reject(Object.assign(new Error(code), { code }));
}

function route(upstreams: readonly object[] = [listed], others: object = {}): PublishedRoute {
  return publishedRouteSchema.parse({
    id,
    tenantId: newId('tenant'),
    match: { path: '/' },
    upstreams,
    ...others,
  });
}

/** A turn as a request gets it, after a wait if it has to. */
async function taken(of = route()): Promise<UpstreamTurn> {
  const turn = pools.take(of, request);
  if (turn.isFull) await turn.waitForPlace(new LightAbort());
  turn.release();
  return turn;
}

function hosts({ candidates }: Pick<UpstreamTurn, 'candidates'>): string {
  return candidates.map(({ endpoint }) => endpoint.hostname.charAt(0)).join('');
}

function upstreams(): readonly UpstreamState[] {
  return pools.known(id)?.upstreams ?? [];
}

/** Takes a turn, and then another one once the query that the first one has started is answered. */
async function takenAfterQuery(): Promise<UpstreamTurn> {
  await taken();
  await new Promise(setImmediate);
  return taken();
}

describe('SRV records', () => {
  test('are upstreams, and the first request waits for them', async () => {
    expect(pools.take(route(), request).isFull).toBe(true);
    expect(hosts(await taken())).toMatch(/^(ab|ba)$/);
    expect(upstreams().map(({ endpoint }) => endpoint.url)).toEqual([
      'ws://a.test:9000/base',
      'ws://b.test:9000/base',
    ]);
    expect(upstreams()[0]).toMatchObject({
      id: upstreamId('ws://a.test:9000/base'),
      endpoint: { authority: 'a.test:9000', port: 9000 },
      settings: { url: listed.url },
    });
    expect(pools.counts()).toEqual({ live: 0, pending: 0, queued: 0 });
  });

  test('of the lowest priority share the weight of the upstream, and the others are backups', async () => {
    answers(
      record('c.test', { priority: 20 }),
      record('b.test', { weight: 30 }),
      record('a.test', { weight: 10 }),
    );
    const balanced = route([
      { ...listed, weight: 4 },
      { url: 'ws://x.test', weight: 4 },
    ]);
    await taken(balanced);
    await new Promise(setImmediate);
    expect(upstreams().map(({ settings }) => [settings.weight, settings.backup])).toEqual([
      [1, false],
      [3, false],
      [4, true],
      [4, false],
    ]);
    const picks: string[] = [];
    for (let count = 0; count < 8; count += 1) picks.push(hosts(await taken(balanced)).charAt(0));
    expect(picks.sort().join('')).toBe('abbbxxxx');
    expect(hosts(await taken(balanced))).toMatch(/^[abx]{3}c$/);
  });

  test('are resolved again by the first request after ten seconds', async () => {
    await taken();
    nowMs = 9_999;
    await taken();
    expect(queries).toBe(1);
    answers(b);
    nowMs = 10_000;
    expect(hosts(await takenAfterQuery())).toBe('b');
    expect(queries).toBe(2);
  });

  test('keep their connection counts when other records change, also if they are removed', async () => {
    const turn = pools.take(route(), request);
    await turn.waitForPlace(new LightAbort());
    const upstream = turn.join();
    answers(a, b, record('c.test'));
    nowMs = 10_000;
    await takenAfterQuery();
    expect(upstreams().map(({ live }) => live)).toEqual([1, 0, 0]);
    answers(b);
    nowMs = 20_000;
    await takenAfterQuery();
    upstream?.leave();
    answers(a, b);
    nowMs = 30_000;
    await takenAfterQuery();
    expect(upstreams().map(({ live }) => live)).toEqual([0, 0]);
  });

  test('are used for five minutes while no name server answers, and no longer', async () => {
    await taken();
    fails('ETIMEOUT');
    nowMs = 10_000;
    expect(hosts(await takenAfterQuery())).toHaveLength(2);
    nowMs = 309_999;
    expect(hosts(await takenAfterQuery())).toHaveLength(2);
    nowMs = 320_000;
    expect(await takenAfterQuery()).toMatchObject({ isFull: false, candidates: [] });
  });

  test('are dropped when they no longer exist, and used again as soon as new ones exist', async () => {
    await taken();
    fails('ENOTFOUND');
    nowMs = 10_000;
    expect(await takenAfterQuery()).toMatchObject({ isFull: false, candidates: [] });
    answers(b);
    nowMs = 15_000;
    expect(hosts(await takenAfterQuery())).toBe('b');
  });

  test('are resolved before use if no request has needed them for a long time', async () => {
    await taken();
    answers(b);
    nowMs = 3_600_000;
    const turn = pools.take(route(), request);
    expect(turn.isFull).toBe(true);
    await turn.waitForPlace(new LightAbort());
    expect(hosts(turn)).toBe('b');
  });

  test('with an invalid port or name are skipped', async () => {
    answers(record('a.test', { port: 0 }), record('b b.test'), record('c.test'));
    expect(hosts(await taken())).toBe('c');
  });

  test('have sticky cookies, also for the request that waited for them', async () => {
    const turn = pools.take(route([listed], { balancing: 'sticky' }), request);
    expect(turn.stickyToken).toBeNull();
    await turn.waitForPlace(new LightAbort());
    expect(turn.stickyToken).toMatchObject({ isKnown: false });
    turn.release();
  });

  test('have no effect if they arrive after the route was deleted', async () => {
    const turn = pools.take(route(), request);
    const waiting = turn.waitForPlace(new LightAbort());
    const pool = pools.known(id);
    pools.stop();
    expect(await waiting).toBe('full');
    await new Promise(setImmediate);
    expect(pool?.upstreams).toEqual([]);
  });
});

describe('addresses of a name', () => {
  const named = [{ url: 'wss://chat.test/base', discovery: 'addresses' }];

  test('are upstreams with the name for Host and TLS, of one family', async () => {
    addresses = ['192.0.2.2', '2001:db8::1', '192.0.2.1'];
    await taken(route(named));
    expect(lookedUp).toBe('chat.test');
    expect(upstreams().map(({ endpoint }) => endpoint)).toMatchObject([
      { hostname: '192.0.2.1', port: 443, authority: 'chat.test', serverName: 'chat.test' },
      { hostname: '192.0.2.2', url: 'wss://192.0.2.2:443/base', basePath: '/base' },
    ]);
    expect(upstreams().map(({ weight }) => weight)).toEqual([0.5, 0.5]);
  });

  test('are two upstreams under two names', async () => {
    addresses = ['192.0.2.1'];
    await taken(route([...named, { url: 'wss://other.test/base', discovery: 'addresses' }]));
    await new Promise(setImmediate);
    expect(upstreams().map(({ endpoint }) => endpoint.authority)).toEqual(['chat.test', 'other.test']);
    expect(new Set(upstreams().map((upstream) => upstream.id)).size).toBe(2);
  });

  test('are those of IPv6 where there are no others, and follow the name', async () => {
    addresses = ['2001:db8::1'];
    await taken(route(named));
    expect(upstreams().map(({ endpoint }) => endpoint.hostname)).toEqual(['2001:db8::1']);
    addresses = ['192.0.2.7'];
    nowMs = 1000;
    pools.take(route(named), request);
    await new Promise(setImmediate);
    expect(upstreams().map(({ endpoint }) => endpoint.hostname)).toEqual(['192.0.2.7']);
  });
});
