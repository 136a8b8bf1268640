import { Inject, Injectable } from '@nestjs/common';
import type { IssuedTicket, TicketCreate } from '#libs/contract';
import { generateTicket, type TicketIssuer } from '#libs/credentials';
import { AuditedActions } from '../audit/audited-actions.js';
import { TICKETS } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import { findKeyOf, requireGrantable } from './api-key-rules.js';
import { referencedRoutes } from './referenced-routes.js';

@Injectable()
export class TicketsService {
  constructor(
    @Inject(TICKETS) private readonly tickets: TicketIssuer,
    private readonly database: Database,
    private readonly actions: AuditedActions,
  ) {}

  /** Rejects with a `RedisError` when the ticket cannot be stored for the gateways. */
  async issue(
    context: RequestContext,
    { tenant, key }: { tenant: string; key: string },
    { ttlSeconds, routeIds: references }: TicketCreate,
  ): Promise<IssuedTicket> {
    const { read } = this.database;
    const row = await findKeyOf(read, context.principal, tenant, key);
    const { id: apiKeyId, tenantId } = row;
    requireMayConnect(row);
    const routeIds = await referencedRoutes(read, tenantId, references);
    // A ticket grants what a key with these scopes and routes grants: its connection may live as long as the
    // key.
    const { expiresAt } = row;
    requireGrantable(context.principal, {
      scopes: ['connect'],
      routeIds: routeIds ?? row.routeIds,
      expiresAt,
    });
    requireRoutesOfKey(row, routeIds);
    const { ticket, ticketHash } = generateTicket();
    const answer = (): IssuedTicket => ({ ticket, expiresAt: inSeconds(ttlSeconds) });
    const subject = {
      action: 'apiKey.ticket',
      targetId: apiKeyId,
      tenantId,
      details: { ttlSeconds },
    } as const;
    return this.actions.run(context, subject, answer(), async () => {
      await this.tickets.issue(ticketHash, { tenantId, apiKeyId, routeIds }, ttlSeconds);
      return answer();
    });
  }
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

function requireMayConnect({ scopes, revokedAt, expiresAt }: ApiKeyRow): void {
  if (revokedAt !== null)
    throw new ProblemError('key_revoked', { detail: 'A revoked key opens no connection.' });
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw new ProblemError('key_forbidden', { detail: 'The key has expired.' });
  }
  if (!scopes.includes('connect')) {
    throw new ProblemError('key_forbidden', { detail: 'The key does not have the scope "connect".' });
  }
}

function requireRoutesOfKey({ routeIds: allowed }: ApiKeyRow, routeIds: readonly string[] | null): void {
  const errors = (routeIds ?? []).flatMap((id, index) =>
    allowed === null || allowed.includes(id)
      ? []
      : [{ field: `routeIds.${index}`, message: 'the key may not connect on this route' }],
  );
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
}
