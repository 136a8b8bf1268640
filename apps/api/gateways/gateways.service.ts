import { Injectable } from '@nestjs/common';
import type { Gateway } from '#libs/contract';
import { AuditedActions } from '../audit/audited-actions.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { requireOperator } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { DrainRequest } from './drain-request.js';

@Injectable()
export class GatewaysService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly actions: AuditedActions,
  ) {}

  async list({ principal }: RequestContext, { limit, cursor }: PageQuery): Promise<Page<Gateway>> {
    requireOperator(principal, 'see gateways');
    const after = pageStart('gateway', cursor);
    const later = (await this.fleet.gateways()).filter(({ id }) => id > after);
    return toPage(later, limit, (gateway) => gateway);
  }

  async get({ principal }: RequestContext, id: string): Promise<Gateway> {
    requireOperator(principal, 'see gateways');
    return this.fleet.gateway(id);
  }

  /** A gateway that is draining keeps its period, unless the new one ends sooner. */
  async drain(context: RequestContext, reference: string, request: DrainRequest): Promise<Gateway> {
    requireOperator(context.principal, 'drain gateways');
    const gateway = await this.fleet.gateway(reference);
    const { id: targetId } = gateway;
    const periodSeconds = request?.periodSeconds ?? null;
    const subject = {
      action: 'gateway.drain',
      targetId,
      tenantId: null,
      details: { periodSeconds },
    } as const;
    const periodMs = periodSeconds === null ? null : periodSeconds * 1000;
    return this.actions.run(context, subject, gateway, () => this.#askToDrain(targetId, periodMs));
  }

  async #askToDrain(id: string, periodMs: number | null): Promise<Gateway> {
    const { answers, unresponsive } = await this.fleet.ask(id, 'drain', { periodMs });
    const [given] = answers;
    if (given !== undefined) return { ...given.answer.status, lastSeenAt: new Date().toISOString() };
    refuseIncomplete(unresponsive);
    throw new Error('the gateway is listed neither as answering nor as silent');
  }
}
