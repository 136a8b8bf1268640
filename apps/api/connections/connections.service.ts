import { Injectable } from '@nestjs/common';
import type { Connection } from '#libs/contract';
import { AuditTrail } from '../audit/audit-trail.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { pageStart, toPage } from '../http/page.js';
import type { RequestContext } from '../http/request-context.js';
import type { CloseOutcome, ConnectionPage } from './connection-answers.js';
import {
  selectionText,
  type CloseManyQuery,
  type CloseOneQuery,
  type ConnectionListQuery,
} from './connection-query.js';
import { LiveConnections, type ConnectionScope } from './live-connections.js';

@Injectable()
export class ConnectionsService {
  constructor(
    private readonly live: LiveConnections,
    private readonly fleet: FleetClient,
    private readonly audit: AuditTrail,
  ) {}

  async list({ principal }: RequestContext, query: ConnectionListQuery): Promise<ConnectionPage> {
    const { limit, cursor } = query;
    const after = pageStart('connection', cursor);
    const scope = await this.live.scopeOf(principal, query);
    const { connections, unresponsive } = await this.live.list(scope, after, limit + 1);
    return { ...toPage(connections, limit, (connection) => connection), silentGateways: unresponsive };
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
