import { beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { liveConnection } from '../../test/support/live-connection.js';
import { ConnectionRegistry, type LiveConnection } from './index.js';

describe('ConnectionRegistry', () => {
  let registry: ConnectionRegistry;

  beforeEach(() => {
    registry = new ConnectionRegistry();
  });

  test('keeps nothing of a connection that was taken out, also when it is taken out twice', () => {
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

  test('finds by each field, and by none', () => {
    const [mine, other] = [liveConnection(), liveConnection({ apiKey: null, clientAddress: '192.0.2.2' })];
    registry.add(mine);
    registry.add(other);
    for (const filter of filtersOf(mine)) expect([...registry.matching(filter)]).toEqual([mine]);
    expect([...registry.matching({})]).toEqual([mine, other]);
    expect([...registry.matching({ connectionId: newId('connection') })]).toEqual([]);
  });

  test('finds what has all that is asked for, whichever index is the smallest', () => {
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
