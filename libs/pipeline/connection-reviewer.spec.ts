import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId, type PublishedApiKey, type PublishedRoute, type PublishedTenant } from '#libs/contract';
import { closesOf, liveConnection, recordingTunnel } from '../../test/support/live-connection.js';
import { SliceQueue } from '#libs/async';
import { ConnectionRegistry, type LiveConnection } from '../connections/index.js';
import { ConnectionReviewer } from './connection-reviewer.js';
import { upstreamsOf } from '../../test/support/upstreams-of.js';

describe('ConnectionReviewer', () => {
  let world: World;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    world = new World();
    stop = world.reviewer.start();
  });

  afterEach(() => {
    stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('the connections of a revoked key, and no others, are closed with 1008, without new limits', () => {
    const [mine, other] = [world.connect(), world.connect()];
    world.apiKeys.delete(mine.apiKey?.id ?? '');
    world.reviewer.reviewEntries([{ kind: 'apiKey', id: mine.apiKey?.id ?? '', value: null }]);
    expect(closesOf(mine)).toEqual([[1008, 'key revoked']]);
    expect(vi.mocked(mine.tunnel).setMessageLimits.mock.calls).toEqual([]);
    expect(closesOf(other)).toEqual([]);
  });

  test('closing thousands does not block the event loop, and each is closed once', () => {
    const { apiKey, ...connection } = world.connect();
    if (!apiKey) throw new Error('no key');
    let nowMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const connections = Array.from({ length: 2000 }, () => {
      const each = liveConnection({
        ...connection,
        apiKey,
        id: newId('connection'),
        tunnel: recordingTunnel(),
      });
      vi.mocked(each.tunnel).close.mockImplementation(() => void (nowMs += 0.15));
      world.registry.add(each);
      return each;
    });
    const closedSoFar = (): number => connections.filter((each) => closesOf(each).length > 0).length;
    world.apiKeys.delete(apiKey.id);
    world.reviewer.reviewEntries([{ kind: 'apiKey', id: apiKey.id, value: null }]);
    expect(closedSoFar()).toBeLessThan(20);
    for (let turns = 0; turns < 400; turns += 1) vi.advanceTimersToNextTimer();
    for (const each of connections) expect(closesOf(each)).toEqual([[1008, 'key revoked']]);
  });

  test('the connections of a key that may no longer connect on the route are closed', () => {
    const connection = world.connect();
    const { apiKey } = connection;
    if (!apiKey) throw new Error('no key');
    world.apiKeys.set(apiKey.id, { ...apiKey, routeIds: [newId('route')] });
    world.reviewer.reviewEntries([{ kind: 'apiKey', id: apiKey.id, value: apiKey }]);
    expect(closesOf(connection)).toEqual([[1008, 'access changed']]);
  });

  test('the connections of a key are closed within a second after it expired', () => {
    const connection = world.connect();
    const { apiKey } = connection;
    if (!apiKey) throw new Error('no key');
    world.apiKeys.set(apiKey.id, { ...apiKey, expiresAt: new Date(Date.now() + 5000).toISOString() });
    vi.advanceTimersByTime(4999);
    expect(closesOf(connection)).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(closesOf(connection)[0]).toEqual([1008, 'key expired']);
  });

  test('connections of a rotated secret are closed when its grace is over, and those of a newer secret or a ticket are not', () => {
    const old = world.connect();
    const { apiKey, tenant, route } = old;
    if (!apiKey) throw new Error('no key');
    const opened = (keyPrefix: string | null): LiveConnection => {
      const connection = liveConnection({ tenant, route, apiKey, keyPrefix });
      world.registry.add(connection);
      return connection;
    };
    const [byOld, byNew, byTicket] = [opened(apiKey.prefix), opened('slc_new'), opened(null)];
    const expiresAt = new Date(Date.now() + 5000).toISOString();
    const previous = { prefix: apiKey.prefix, secretHash: apiKey.secretHash, expiresAt };
    world.apiKeys.set(apiKey.id, { ...apiKey, prefix: 'slc_new', previous });
    world.reviewer.reviewEntries([{ kind: 'apiKey', id: apiKey.id, value: apiKey }]);
    vi.advanceTimersByTime(4999);
    expect(closesOf(byOld)).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(closesOf(byOld)).toEqual([[1008, 'key expired']]);
    vi.advanceTimersByTime(60_000);
    expect([closesOf(byNew), closesOf(byTicket)]).toEqual([[], []]);
  });

  test('connections of a secret that was rotated without a grace period are closed at once', () => {
    const connection = world.connect({ keyPrefix: 'slc_old' });
    const { apiKey } = connection;
    if (!apiKey) throw new Error('no key');
    world.reviewer.reviewEntries([{ kind: 'apiKey', id: apiKey.id, value: apiKey }]);
    expect(closesOf(connection)).toEqual([[1008, 'key revoked']]);
  });

  test('a connection is closed within a second after its token expired, and no other', () => {
    const mine = world.connect({ token: { subject: 'a', expiresAtMs: Date.now() + 5000 } });
    const other = world.connect({ token: { subject: 'a', expiresAtMs: Date.now() + 60_000 } });
    vi.advanceTimersByTime(4999);
    expect(closesOf(mine)).toEqual([]);
    vi.advanceTimersByTime(1001);
    expect(closesOf(mine)[0]).toEqual([1008, 'token expired']);
    expect(closesOf(other)).toEqual([]);
  });

  test('a connection whose token expired during its handshake is closed at once', () => {
    const connection = world.connect({ token: { subject: null, expiresAtMs: Date.now() } });
    world.reviewer.reviewConnection(connection);
    expect(closesOf(connection)).toEqual([[1008, 'token expired']]);
  });

  test.each(['suspended', 'gone'])('the connections of a tenant that is %s are closed with 1008', (end) => {
    const connection = world.connect();
    const { tenant } = connection;
    if (end === 'gone') world.tenants.delete(tenant.id);
    else world.tenants.set(tenant.id, { ...tenant, status: 'suspended' });
    world.reviewer.reviewEntries([{ kind: 'tenant', id: tenant.id, value: null }]);
    expect(closesOf(connection)).toEqual([[1008, 'tenant suspended']]);
  });

  test.each(['disabled', 'gone'])('the connections of a route that is %s are closed with 1008', (end) => {
    const connection = world.connect();
    const { route } = connection;
    if (end === 'gone') world.routes.delete(route.id);
    else world.routes.set(route.id, { ...route, enabled: false });
    world.reviewer.reviewEntries([{ kind: 'route', id: route.id, value: null }]);
    expect(closesOf(connection)).toEqual([[1008, 'closed by operator']]);
  });

  test('a route whose policy is to keep keeps its connections when its upstreams change', () => {
    const connection = world.connect();
    world.changeUpstreams(connection, 'keep');
    vi.advanceTimersByTime(60_000);
    expect(closesOf(connection)).toEqual([]);
  });

  test('the connections of a route are drained when its upstream TLS changes, and not otherwise', () => {
    const [changed, same] = [world.connect(), world.connect()];
    const upstreamTls = { ...changed.route.upstreamTls, serverName: 'other.test' };
    world.changeRoute(changed, { upstreamTls, onChange: 'drain' });
    world.changeRoute(same, { upstreamTls: { ...same.route.upstreamTls }, onChange: 'drain' });
    vi.advanceTimersByTime(1.5 * drainPeriodMs);
    expect(closesOf(changed)).toEqual([[1012, 'route changed']]);
    expect(closesOf(same)).toEqual([]);
  });

  test('the connections of a route whose upstreams change are drained with 1012, spread over the period', () => {
    const connections = Array.from({ length: 20 }, () => world.connect());
    for (const connection of connections) world.changeUpstreams(connection, 'drain');
    vi.advanceTimersByTime(drainPeriodMs / 2);
    world.reviewer.reviewAll();
    vi.advanceTimersByTime(drainPeriodMs);
    for (const connection of connections) expect(closesOf(connection)).toEqual([[1012, 'route changed']]);
  });

  test.each(['drain', 'down'] as const)(
    'the connections of an upstream that is set to %s are drained with 1012, and no others',
    (state) => {
      const [mine, other] = [world.connect(), world.connect({ upstreamUrl: 'ws://other.test' })];
      const upstreams = upstreamsOf({ url: mine.upstreamUrl, state }, { url: other.upstreamUrl });
      for (const connection of [mine, other]) world.changeRoute(connection, { upstreams, onChange: 'drain' });
      vi.advanceTimersByTime(1.5 * drainPeriodMs);
      expect(closesOf(mine)).toEqual([[1012, state === 'drain' ? 'upstream draining' : 'upstream down']]);
      expect(closesOf(other)).toEqual([]);
    },
  );

  test('a connection that was admitted to an upstream in its drain stays, as one of a policy to keep does', () => {
    const [admitted, kept] = [world.connect(), world.connect()];
    const upstreams = upstreamsOf({ url: admitted.upstreamUrl, state: 'drain' });
    world.changeRoute(kept, { upstreams });
    const route = { ...admitted.route, upstreams, onChange: 'drain' as const };
    world.setRoute(route);
    const sticky = world.connect({ ...admitted, id: newId('connection'), route, tunnel: recordingTunnel() });
    world.changeRoute(sticky, { name: 'renamed' });
    vi.advanceTimersByTime(1.5 * drainPeriodMs);
    expect([closesOf(sticky), closesOf(kept)]).toEqual([[], []]);
  });

  test('the removal of an upstream that has been drained leaves the connections of the others', () => {
    const connection = world.connect();
    world.changeRoute(connection, {
      upstreams: upstreamsOf({ url: connection.upstreamUrl }, { url: 'ws://added.test' }),
      onChange: 'drain',
    });
    vi.advanceTimersByTime(1.5 * drainPeriodMs);
    expect(closesOf(connection)).toEqual([]);
  });

  test('a drain stops when the upstreams of the route are the original ones again, and another change starts a new one', () => {
    const connections = world.connectMany(20);
    const [first] = connections;
    world.changeUpstreams(first, 'drain');
    vi.advanceTimersByTime(drainPeriodMs / 2);
    const closed = closedOf(connections);
    expect(Math.abs(closed.length - 10)).toBeLessThanOrEqual(2);
    world.changeRoute(first, { onChange: 'drain' });
    vi.advanceTimersByTime(2 * drainPeriodMs);
    expect(closedOf(connections)).toEqual(closed);

    world.changeUpstreams(first, 'drain');
    vi.advanceTimersByTime(drainPeriodMs / 2);
    expect(closedOf(connections).length).toBeLessThan(18);
    vi.advanceTimersByTime(drainPeriodMs);
    for (const connection of connections) expect(closesOf(connection)).toEqual([[1012, 'route changed']]);
  });

  test('a drain stops when the policy of the route becomes keep, also if the whole configuration is replaced', () => {
    const connections = world.connectMany(5);
    const [first] = connections;
    world.changeUpstreams(first, 'drain');
    world.setRoute({ ...first.route, onChange: 'keep' });
    world.reviewer.reviewAll();
    vi.advanceTimersByTime(2 * drainPeriodMs);
    expect(closedOf(connections)).toHaveLength(1);
  });

  test('the drain of one route continues while the drain of another one is stopped', () => {
    const [kept, drained] = [world.connectMany(5), world.connectMany(5)];
    world.changeUpstreams(kept[0], 'drain');
    world.changeUpstreams(drained[0], 'drain');
    world.changeRoute(kept[0], { onChange: 'drain' });
    vi.advanceTimersByTime(2 * drainPeriodMs);
    expect(closedOf(kept)).toHaveLength(1);
    expect(closedOf(drained)).toHaveLength(5);
  });

  test.each(['route', 'tenant'])('connections of a %s under maintenance are drained with 1012', (what) => {
    const drained = world.connectMany(20);
    const [{ tenant, route }] = drained;
    const maintenance = { retryAfterSeconds: 60, connections: 'drain' } as const;
    if (what === 'tenant') world.tenants.set(tenant.id, { ...tenant, maintenance });
    else world.setRoute({ ...route, maintenance });
    world.reviewer.reviewAll();
    vi.advanceTimersByTime(drainPeriodMs / 2);
    const closed = closedOf(drained);
    expect(Math.abs(closed.length - 10)).toBeLessThanOrEqual(2);
    world.tenants.set(tenant.id, tenant);
    world.changeRoute(drained[0], { maintenance: { ...maintenance, connections: 'keep' } });
    vi.advanceTimersByTime(2 * drainPeriodMs);
    expect(closedOf(drained)).toEqual(closed);
    for (const connection of closed) expect(closesOf(connection)).toEqual([[1012, 'under maintenance']]);
  });

  test('live connections get the current message limits of their tenant', () => {
    const [mine, other] = [world.connect(), world.connect()];
    const limits = { ...mine.tenant.limits, maxMessageBytes: 10 };
    world.tenants.set(mine.tenant.id, { ...mine.tenant, limits });
    world.reviewer.reviewEntries([{ kind: 'tenant', id: mine.tenant.id, value: null }]);
    expect(vi.mocked(mine.tunnel).setMessageLimits.mock.calls).toEqual([[limits]]);
    expect(vi.mocked(other.tunnel).setMessageLimits.mock.calls).toEqual([]);
  });

  test('connections whose tenant, route or key is gone are found when the whole configuration is replaced', () => {
    const [mine, other] = [world.connect(), world.connect()];
    world.routes.delete(mine.route.id);
    world.reviewer.reviewAll();
    expect(closesOf(mine)).toHaveLength(1);
    expect(closesOf(other)).toEqual([]);
  });
});

const drainPeriodMs = 10_000;

function closedOf(connections: readonly LiveConnection[]): LiveConnection[] {
  return connections.filter((connection) => closesOf(connection).length > 0);
}

class World {
  readonly tenants = new Map<string, PublishedTenant>();
  readonly routes = new Map<string, PublishedRoute>();
  readonly apiKeys = new Map<string, PublishedApiKey>();
  readonly exhausted = new Map<string, { untilMs: number; closesLive: boolean }>();
  readonly registry = new ConnectionRegistry();
  readonly reviewer = new ConnectionReviewer({
    registry: this.registry,
    configuration: {
      tenant: (id) => this.tenants.get(id) ?? null,
      route: (id) => this.routes.get(id) ?? null,
      apiKey: (id) => this.apiKeys.get(id) ?? null,
      exhaustion: (id) => this.exhausted.get(id) ?? null,
    },
    rates: { renew: () => undefined },
    slices: new SliceQueue(),
    drainPeriodMs,
    now: Date.now,
  });

  connect(overrides: Partial<LiveConnection> = {}): LiveConnection {
    const connection = this.connection(overrides);
    this.registry.add(connection);
    return connection;
  }

  /** A connection with a separate tenant, route and key. */
  connection(overrides: Partial<LiveConnection> = {}): LiveConnection {
    const connection = liveConnection(overrides);
    const { tenant, route, apiKey } = connection;
    this.tenants.set(tenant.id, tenant);
    this.routes.set(route.id, route);
    if (apiKey) this.apiKeys.set(apiKey.id, apiKey);
    return connection;
  }

  /** At least one connection, all of the same route, tenant and key. */
  connectMany(count: number): [LiveConnection, ...LiveConnection[]] {
    const first = this.connect();
    const { tenant, route, apiKey } = first;
    const others = Array.from({ length: count - 1 }, () => this.connect({ tenant, route, apiKey }));
    return [first, ...others];
  }

  changeUpstreams(connection: LiveConnection, onChange: 'keep' | 'drain'): void {
    this.changeRoute(connection, { upstreams: upstreamsOf({ url: 'ws://other.test' }), onChange });
  }

  changeRoute({ route }: LiveConnection, change: Partial<PublishedRoute>): void {
    this.setRoute({ ...route, ...change });
    this.reviewer.reviewEntries([{ kind: 'route', id: route.id, value: null }]);
  }

  setRoute(route: PublishedRoute): void {
    this.routes.set(route.id, route);
  }
}
