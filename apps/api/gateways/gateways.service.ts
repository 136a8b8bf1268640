import { Injectable } from '@nestjs/common';
import type { Gateway, GatewayStatus } from '#libs/contract';
import { AuditedActions } from '../audit/audited-actions.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { requireOperator } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
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

  /** Does nothing to a gateway that is not draining. Throws `gateway_stopping`. */
  async undrain(context: RequestContext, reference: string): Promise<Gateway> {
    requireOperator(context.principal, 'drain gateways');
    const gateway = await this.fleet.gateway(reference);
    const { id: targetId } = gateway;
    const subject = { action: 'gateway.undrain', targetId, tenantId: null, details: null } as const;
    return this.actions.run(context, subject, gateway, () => this.#askToUndrain(targetId));
  }

  async #askToUndrain(id: string): Promise<Gateway> {
    const { answers, unresponsive } = await this.fleet.ask(id, 'undrain', {});
    const [given] = answers;
    if (given?.answer.isStopping === true) throw new ProblemError('gateway_stopping');
    return this.#answeredStatus(given?.answer.status, unresponsive);
  }

  async #askToDrain(id: string, periodMs: number | null): Promise<Gateway> {
    const { answers, unresponsive } = await this.fleet.ask(id, 'drain', { periodMs });
    return this.#answeredStatus(answers[0]?.answer.status, unresponsive);
  }

  #answeredStatus(status: GatewayStatus | undefined, unresponsive: string[]): Gateway {
    if (status !== undefined) return { ...status, lastSeenAt: new Date().toISOString() };
    refuseIncomplete(unresponsive);
    throw new Error('the gateway is listed neither as answering nor as silent');
  }
}
