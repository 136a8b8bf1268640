import { beforeEach, describe, expect, test } from 'vitest';
import { newId, type ConnectionFilter } from '#libs/contract';
import { liveConnection } from '../../test/support/live-connection.js';
import { ConnectionRegistry, type LiveConnection } from './index.js';

describe('ConnectionRegistry', () => {
  let registry: ConnectionRegistry;

  beforeEach(() => {
    registry = new ConnectionRegistry();
  });

  async function matching(filter: ConnectionFilter): Promise<LiveConnection[]> {
    const visited: LiveConnection[] = [];
    await registry.visitMatching(filter, (connection) => visited.push(connection));
    return visited;
  }

  test('a removed connection is in no index, also if it is removed twice', async () => {
    const connection = liveConnection();
    registry.add(connection);
    expect(registry.size).toBe(1);
    registry.remove(connection);
    registry.remove(connection);
    expect(registry.size).toBe(0);
    expect(registry.get(connection.id)).toBeNull();
    expect([...registry.apiKeyIds()]).toEqual([]);
    for (const filter of filtersOf(connection)) expect(await matching(filter)).toEqual([]);
  });

  test('connections are found by each field of a filter, and by an empty filter', async () => {
    const [mine, other] = [liveConnection(), liveConnection({ apiKey: null, clientAddress: '192.0.2.2' })];
    registry.add(mine);
    registry.add(other);
    for (const filter of filtersOf(mine)) expect(await matching(filter)).toEqual([mine]);
    expect(await matching({ tenantIds: [newId('tenant'), mine.tenant.id] })).toEqual([mine]);
    expect(await matching({ tenantId: mine.tenant.id, tenantIds: [other.tenant.id] })).toEqual([]);
    expect(new Set(await matching({}))).toEqual(new Set([mine, other]));
    expect(await matching({ connectionId: newId('connection') })).toEqual([]);
  });

  test('connections match all fields of a filter, whichever index is the smallest', async () => {
    const mine = liveConnection();
    const sameTenant = liveConnection({ tenant: mine.tenant });
    const sameRoute = liveConnection({ route: mine.route });
    for (const connection of [mine, sameTenant, sameRoute, liveConnection({ route: mine.route })])
      registry.add(connection);
    const filter = { tenantId: mine.tenant.id, routeId: mine.route.id };
    expect(await matching(filter)).toEqual([mine]);
    expect(await matching({ ...filter, connectionId: sameTenant.id })).toEqual([]);
    expect(await matching({ ...filter, clientAddress: '192.0.2.9' })).toEqual([]);
  });

  test('each of many is found, while others come and go in any order', () => {
    const connections = Array.from({ length: 50 }, () => liveConnection());
    const first = connections[0] ?? expect.unreachable();
    const { tenant, route, apiKey } = first;
    const many = Array.from({ length: 1200 }, () => ({ ...first, id: newId('connection') }));
    const left = new Set([...connections, ...many]);
    for (const connection of left) registry.add(connection);
    for (const [index, connection] of [...left].entries()) {
      if (index % 7 === 0) continue;
      registry.remove(connection);
      left.delete(connection);
    }
    expect(registry.size).toBe(left.size);
    expect(new Set(registry.all())).toEqual(left);
    const ofTenant = new Set([...left].filter((connection) => connection.tenant === tenant));
    expect(new Set(registry.ofTenant(tenant.id))).toEqual(ofTenant);
    expect(new Set(registry.ofApiKey(apiKey?.id ?? ''))).toEqual(ofTenant);
    for (const connection of left) expect(registry.get(connection.id)).toBe(connection);
    for (const connection of left) registry.remove(connection);
    expect([registry.size, registry.ofRoute(route.id).size, registry.ofTenant(tenant.id).size]).toEqual([
      0, 0, 0,
    ]);
  });

  test('a connection that is removed and another that is added while all are read change nothing for the reader', () => {
    const connections = Array.from({ length: 10 }, () => liveConnection());
    for (const connection of connections) registry.add(connection);
    const read: LiveConnection[] = [];
    for (const connection of registry.all()) {
      read.push(connection);
      registry.remove(connection);
      registry.add(liveConnection());
    }
    expect(new Set(read)).toEqual(new Set(connections));
  });
});

function filtersOf({ id, tenant, route, apiKey, clientAddress }: LiveConnection): ConnectionFilter[] {
  return [
    { connectionId: id },
    { tenantId: tenant.id },
    { routeId: route.id },
    { apiKeyId: apiKey?.id },
    { clientAddress },
  ];
}
