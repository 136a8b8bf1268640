import { beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { liveConnection } from '../../test/support/live-connection.js';
import { ConnectionRegistry, type LiveConnection } from './index.js';

describe('ConnectionRegistry', () => {
  let registry: ConnectionRegistry;

  beforeEach(() => {
    registry = new ConnectionRegistry();
  });

  test('a removed connection is in no index, also if it is removed twice', () => {
    const connection = liveConnection();
    const remove = registry.add(connection);
    expect(registry.size).toBe(1);
    remove();
    remove();
    expect(registry.size).toBe(0);
    expect(registry.get(connection.id)).toBeNull();
    expect([...registry.apiKeyIds()]).toEqual([]);
    for (const filter of filtersOf(connection)) expect([...registry.matching(filter)]).toEqual([]);
  });

  test('connections are found by each field of a filter, and by an empty filter', () => {
    const [mine, other] = [liveConnection(), liveConnection({ apiKey: null, clientAddress: '192.0.2.2' })];
    registry.add(mine);
    registry.add(other);
    for (const filter of filtersOf(mine)) expect([...registry.matching(filter)]).toEqual([mine]);
    expect([...registry.matching({})]).toEqual([mine, other]);
    expect([...registry.matching({ connectionId: newId('connection') })]).toEqual([]);
  });

  test('connections match all fields of a filter, whichever index is the smallest', () => {
    const mine = liveConnection();
    const sameTenant = liveConnection({ tenant: mine.tenant });
    const sameRoute = liveConnection({ route: mine.route });
    for (const connection of [mine, sameTenant, sameRoute, liveConnection({ route: mine.route })])
      registry.add(connection);
    const filter = { tenantId: mine.tenant.id, routeId: mine.route.id };
    expect([...registry.matching(filter)]).toEqual([mine]);
    expect([...registry.matching({ ...filter, connectionId: sameTenant.id })]).toEqual([]);
    expect([...registry.matching({ ...filter, clientAddress: '192.0.2.9' })]).toEqual([]);
  });
});

function filtersOf({ id, tenant, route, apiKey, clientAddress }: LiveConnection): object[] {
  return [
    { connectionId: id },
    { tenantId: tenant.id },
    { routeId: route.id },
    { apiKeyId: apiKey?.id },
    { clientAddress },
  ];
}
