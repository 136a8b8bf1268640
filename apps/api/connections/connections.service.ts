import { Injectable } from '@nestjs/common';
import { connectionSortSchema, type ClosedConnection, type Connection } from '#libs/contract';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import type { RequestContext } from '../http/request-context.js';
import type { CloseOutcome, ClosedPage, ConnectionCounts, ConnectionPage } from './connection-answers.js';
import {
  selectionText,
  type ClosedListQuery,
  type CloseManyQuery,
  type CloseOneQuery,
  type ConnectionCountsQuery,
  type ConnectionListQuery,
} from './connection-query.js';
import { connectionCursor, placeOf } from './connection-cursor.js';
import { LiveConnections, type ConnectionPageRequest, type ConnectionScope } from './live-connections.js';

// A gateway returns a bounded number of groups. The largest groups of the fleet are among them, unless they
// are spread over many gateways.
const maxGroupsOfGateway = 1000;

@Injectable()
export class ConnectionsService {
  constructor(
    private readonly live: LiveConnections,
    private readonly fleet: FleetClient,
    private readonly audit: AuditTrail,
  ) {}

  async list({ principal }: RequestContext, query: ConnectionListQuery): Promise<ConnectionPage> {
    const { limit, cursor } = query;
    const after = placeOf(query, cursor);
    const scope = await this.live.scopeOf(principal, query);
    const page = { after, limit: limit + 1, order: orderOf(query.sort) };
    const { connections, unresponsive } = await this.live.list(scope, page);
    const items = connections.slice(0, limit);
    const last = connections.length > limit ? items.at(-1) : undefined;
    const nextCursor = last ? connectionCursor(query, { value: last.value, id: last.connection.id }) : null;
    const shown = items.map(({ connection }) => connection);
    return { items: shown, nextCursor, silentGateways: unresponsive };
  }

  /** The largest groups of live connections. */
  async counts({ principal }: RequestContext, query: ConnectionCountsQuery): Promise<ConnectionCounts> {
    const { by, limit } = query;
    const { gatewayId, filter } = await this.live.scopeOf(principal, query);
    const request = { filter, by, limit: maxGroupsOfGateway };
    const { answers, unresponsive } = await this.fleet.ask(gatewayId, 'countConnections', request);
    const counts = answers.map(({ answer }) => answer);
    return {
      by,
      groups: summedGroups(counts.flatMap(({ groups }) => groups)).slice(0, limit),
      total: counts.reduce((sum, { total }) => sum + total, 0),
      isExact: counts.every(({ isComplete }) => isComplete),
      silentGateways: unresponsive,
    };
  }

  /** Connections that have ended, newest first. */
  async closed({ principal }: RequestContext, query: ClosedListQuery): Promise<ClosedPage> {
    const { limit, cursor, endedBy, code, since } = query;
    const place = placeOf(query, cursor);
    const before = place && { closedAtMs: place.value, id: place.id };
    const { gatewayId, filter } = await this.live.scopeOf(principal, query);
    const { answers, unresponsive } = await this.fleet.ask(gatewayId, 'listClosedConnections', {
      filter,
      ...(endedBy !== undefined && { endedBy }),
      ...(code !== undefined && { closeCode: code }),
      ...(since !== undefined && { closedAfter: since }),
      before,
      limit: limit + 1,
    });
    const found = answers.flatMap(({ answer }) => answer.connections).sort(compareNewestFirst);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const nextCursor = last
      ? connectionCursor(query, { value: Date.parse(last.closedAt), id: last.id })
      : null;
    return { items, nextCursor, silentGateways: unresponsive };
  }

  get({ principal }: RequestContext, id: string): Promise<Connection> {
    return this.live.find(principal, id);
  }

  async closeOne(context: RequestContext, id: string, query: CloseOneQuery): Promise<CloseOutcome> {
    const { gatewayId, tenantId } = await this.live.find(context.principal, id);
    const scope = { gatewayId, filter: { connectionId: id, tenantId } };
    const subject = { action: 'connection.close', targetId: id, tenantId } as const;
    const outcome = await this.#close(context, scope, query, subject);
    refuseIncomplete(outcome.silentGateways);
    return outcome;
  }

  async closeMany(context: RequestContext, query: CloseManyQuery): Promise<CloseOutcome> {
    const scope = await this.live.scopeOf(context.principal, query);
    const tenantId = scope.filter.tenantId ?? null;
    const subject = { action: 'connections.close', targetId: selectionText(query), tenantId } as const;
    return this.#close(context, scope, query, subject);
  }

  async #close(
    context: RequestContext,
    { gatewayId, filter }: ConnectionScope,
    { code, reason, dryRun: isDryRun }: CloseOneQuery,
    subject: Omit<AuditSubject, 'details'>,
  ): Promise<CloseOutcome> {
    if (!isDryRun) await this.audit.record(context, { ...subject, details: { code, reason } });
    const request = { filter, code, reason, isDryRun };
    const { answers, unresponsive } = await this.fleet.ask(gatewayId, 'closeConnections', request);
    const matched = answers.reduce((sum, { answer }) => sum + answer.matched, 0);
    return { matched, closed: isDryRun ? 0 : matched, silentGateways: unresponsive };
  }
}

function orderOf(sort: ConnectionListQuery['sort']): ConnectionPageRequest['order'] {
  if (sort === 'openedAt') return null;
  const isDescending = sort.startsWith('-');
  return { sort: connectionSortSchema.parse(isDescending ? sort.slice(1) : sort), isDescending };
}

type Group = ConnectionCounts['groups'][number];

function summedGroups(groups: readonly Group[]): Group[] {
  const sums = new Map<string | null, number>();
  for (const { group, connections } of groups) sums.set(group, (sums.get(group) ?? 0) + connections);
  const summed = [...sums].map(([group, connections]) => ({ group, connections }));
  return summed.sort((one, other) => other.connections - one.connections || compare(one.group, other.group));
}

function compare(one: string | null, other: string | null): number {
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

function compareNewestFirst(one: ClosedConnection, other: ClosedConnection): number {
  if (one.closedAt !== other.closedAt) return one.closedAt < other.closedAt ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}
