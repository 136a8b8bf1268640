import { Injectable } from '@nestjs/common';
import { idSchema, type Connection, type ConnectionFilter, type ConnectionSort } from '#libs/contract';
import { Database } from '../database/database.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { visibleTenantIds, type Principal } from '../http/principal.js';
import { notFound } from '../http/references.js';
import { idOfFilter } from '../resources/find-by-reference.js';
import { findTenant } from '../resources/find-tenant.js';
import type { CursorPlace } from './connection-cursor.js';
import type { ConnectionSelection } from './connection-query.js';

const connectionId = idSchema('connection');

/** Which gateways to ask, and for which connections. */
export interface ConnectionScope {
  /** Null: all gateways. */
  gatewayId: string | null;
  filter: ConnectionFilter;
}

/** A page of live connections; `order` null: the order of ids. */
export interface ConnectionPageRequest {
  after: CursorPlace | null;
  limit: number;
  order: { sort: ConnectionSort; isDescending: boolean } | null;
}

/** A connection and the value by which it is sorted. */
export interface PlacedConnection {
  connection: Connection;
  value: number;
}

/** The live connections of all gateways that a principal may see. */
@Injectable()
export class LiveConnections {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  /** Throws `not_found` for a tenant that the principal may not see, and for an unknown gateway. */
  async scopeOf(principal: Principal, selection: ConnectionSelection): Promise<ConnectionScope> {
    const { tenant, route, key, gateway, clientIp, upstream } = selection;
    const { minIdleSeconds, maxIdleSeconds, openedAfter, openedBefore } = selection;
    const found = tenant === undefined ? null : await findTenant(this.database.read, principal, tenant);
    const tenantId = found?.id ?? ownTenants(principal).tenantId;
    if (gateway !== undefined) await this.fleet.gateway(gateway);
    return {
      gatewayId: gateway ?? null,
      filter: {
        ...ownTenants(principal),
        ...(found && { tenantId: found.id }),
        ...(route !== undefined && {
          routeId: await idOfFilter(this.database.read, 'route', route, tenantId),
        }),
        ...(key !== undefined && { apiKeyId: await idOfFilter(this.database.read, 'key', key, tenantId) }),
        ...(clientIp !== undefined && { clientAddress: clientIp }),
        ...(upstream !== undefined && { upstreamUrl: upstream }),
        ...(minIdleSeconds !== undefined && { minIdleMs: minIdleSeconds * 1000 }),
        ...(maxIdleSeconds !== undefined && { maxIdleMs: maxIdleSeconds * 1000 }),
        ...(openedAfter !== undefined && { openedAfter }),
        ...(openedBefore !== undefined && { openedBefore }),
      },
    };
  }

  /** At most `limit` connections after a place in the order, and the gateways that did not answer. */
  async list(
    { gatewayId, filter }: ConnectionScope,
    { after, limit, order }: ConnectionPageRequest,
  ): Promise<{ connections: PlacedConnection[]; unresponsive: string[] }> {
    const afterValue = after?.value ?? 0;
    const request = {
      filter,
      after: after?.id ?? '',
      limit,
      ...(order !== null && { order: { ...order, afterValue } }),
    };
    const { answers, unresponsive } = await this.fleet.ask(gatewayId, 'listConnections', request);
    const connections = answers.flatMap(({ answer }) =>
      answer.connections.map((connection, index) => ({ connection, value: answer.values?.[index] ?? 0 })),
    );
    connections.sort((one, other) => comparePlaced(one, other) * (order?.isDescending === true ? -1 : 1));
    return { connections: connections.slice(0, limit), unresponsive };
  }

  /**
   * The connection with this id. Throws `not_found` when no gateway has it or the principal may not see it,
   * and `fleet_incomplete` when that is unknown because a gateway did not answer.
   */
  async find(principal: Principal, id: string): Promise<Connection> {
    const filter = { connectionId: id, ...ownTenants(principal) };
    const { connections, unresponsive } = connectionId.safeParse(id).success
      ? await this.list({ gatewayId: null, filter }, { after: null, limit: 1, order: null })
      : { connections: [], unresponsive: [] };
    const [found] = connections;
    if (found !== undefined) return found.connection;
    refuseIncomplete(unresponsive);
    throw notFound('connection');
  }
}

function ownTenants(principal: Principal): ConnectionFilter {
  const own = visibleTenantIds(principal);
  if (own === null) return {};
  const [only] = own;
  return own.length === 1 && only !== undefined ? { tenantId: only } : { tenantIds: [...own] };
}

function comparePlaced(one: PlacedConnection, other: PlacedConnection): number {
  return one.value - other.value || (one.connection.id < other.connection.id ? -1 : 1);
}
