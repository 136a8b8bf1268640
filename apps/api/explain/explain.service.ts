import { Injectable } from '@nestjs/common';
import type { ExplainAnswer, ExplainRequest, Gateway } from '#libs/contract';
import { FleetClient } from '../fleet/fleet-client.js';
import { refuseIncomplete } from '../fleet/refuse-incomplete.js';
import { requireOperator, visibleTenantIds, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import { describedHandshake } from './described-handshake.js';

// The gateway may fetch the keys of tokens, and resolves names.
const timeoutMs = 8000;

@Injectable()
export class ExplainService {
  constructor(private readonly fleet: FleetClient) {}

  async explain(context: RequestContext, request: ExplainRequest): Promise<ExplainAnswer> {
    const { principal } = context;
    const visibleIds = visibleTenantIds(principal);
    const described = describedHandshake(request);
    const gatewayId = await this.#gatewayFor(principal, request.gateway);
    const { answers, unresponsive } = await this.fleet.ask(
      gatewayId,
      'explain',
      {
        ...described,
        clientAddress: request.clientAddress ?? context.clientAddress ?? '127.0.0.1',
        clientCertificate: request.clientCertificate,
        tenantIds: visibleIds === null ? null : [...visibleIds],
      },
      timeoutMs,
    );
    const [given] = answers;
    if (given) return { gatewayId: given.gatewayId, ...given.answer };
    refuseIncomplete(unresponsive);
    throw new Error('the gateway is listed neither as answering nor as silent');
  }

  async #gatewayFor(principal: Principal, wanted: string | null): Promise<string> {
    if (wanted !== null) {
      requireOperator(principal, 'choose the gateway');
      return (await this.fleet.gateway(wanted)).id;
    }
    const gateways = await this.fleet.gateways();
    const alive = gateways.find(isReady) ?? gateways.find(({ state }) => state !== 'stale');
    if (alive) return alive.id;
    const detail = 'No gateway is alive.';
    throw new ProblemError('fleet_unavailable', { detail }, { 'Retry-After': '5' });
  }
}

function isReady({ state }: Gateway): boolean {
  return state === 'ready';
}
