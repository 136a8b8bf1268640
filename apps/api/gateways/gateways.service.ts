import { Injectable } from '@nestjs/common';
import type { Gateway } from '#libs/contract';
import { AuditedActs } from '../audit/audited-acts.js';
import { FleetInquiry } from '../fleet/fleet-inquiry.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { requireOperator } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { DrainRequest } from './drain-request.js';

@Injectable()
export class GatewaysService {
  constructor(
    private readonly fleet: FleetInquiry,
    private readonly acts: AuditedActs,
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

  /** One that drains already goes on as it began, unless it would now end sooner. */
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
    return this.acts.carryOut(context, subject, gateway, () => this.askToDrain(targetId, periodMs));
  }

  private async askToDrain(id: string, periodMs: number | null): Promise<Gateway> {
    const { answers, unresponsive } = await this.fleet.ask(id, 'drain', { periodMs });
    const [given] = answers;
    if (given !== undefined) return { ...given.answer.status, lastSeenAt: new Date().toISOString() };
    refuseIncomplete(unresponsive);
    throw new Error('a gateway that was asked neither answered nor was unresponsive');
  }
}
