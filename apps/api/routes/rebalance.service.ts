import { Injectable } from '@nestjs/common';
import type { RebalancePlan, RebalanceProgress, RebalanceRequest, Route } from '#libs/contract';
import type { Answers } from '#libs/fleet';
import { AuditedActions } from '../audit/audited-actions.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import { planRebalance, type PlannedRebalance } from './plan-rebalance.js';
import { RoutesService } from './routes.service.js';

interface Silent {
  silentGateways: string[];
}

/**
 * Evens out the connections of a route over its upstreams: the API plans, and each gateway closes its part.
 */
@Injectable()
export class RebalanceService {
  constructor(
    private readonly routes: RoutesService,
    private readonly fleet: FleetClient,
    private readonly actions: AuditedActions,
  ) {}

  async start(
    context: RequestContext,
    tenant: string,
    reference: string,
    request: RebalanceRequest,
  ): Promise<RebalancePlan & Silent> {
    const route = await this.routes.get(context, tenant, reference);
    const isDiscovered = route.upstreams.some(({ discovery }) => discovery !== 'none');
    if (route.balancing === 'consistentHash' || isDiscovered)
      throw new ProblemError('rebalance_not_possible');
    const { planned, silentGateways } = await this.#plan(route, request);
    const answer = { ...planned.plan, silentGateways };
    if (request.dryRun) return answer;
    const { closes, periodMs } = planned.plan;
    const subject = {
      action: 'route.rebalance',
      targetId: route.id,
      tenantId: route.tenantId,
      details: { threshold: request.threshold, closes, periodMs },
    } as const;
    return this.actions.run(context, subject, answer, async () => {
      await this.#begin(route, planned);
      return answer;
    });
  }

  async progress(
    context: RequestContext,
    tenant: string,
    reference: string,
  ): Promise<RebalanceProgress & Silent> {
    const { id: routeId } = await this.routes.get(context, tenant, reference);
    return sumOf(await this.fleet.ask(null, 'rebalanceProgress', { routeId }));
  }

  async stop(
    context: RequestContext,
    tenant: string,
    reference: string,
  ): Promise<RebalanceProgress & Silent> {
    const { id: routeId, tenantId } = await this.routes.get(context, tenant, reference);
    const subject = { action: 'route.rebalanceStop', targetId: routeId, tenantId, details: null } as const;
    return this.actions.run(context, subject, {}, async () =>
      sumOf(await this.fleet.ask(null, 'stopRebalance', { routeId })),
    );
  }

  async #plan(
    { id: routeId, upstreams }: Route,
    request: RebalanceRequest,
  ): Promise<{ planned: PlannedRebalance } & Silent> {
    const { answers, unresponsive } = await this.fleet.ask(null, 'upstreamConnections', { routeId });
    const gateways = answers.map(({ gatewayId, answer }) => ({
      gatewayId,
      connections: new Map(answer.upstreams.map(({ upstreamId, connections }) => [upstreamId, connections])),
    }));
    return { planned: planRebalance(upstreams, gateways, request), silentGateways: unresponsive };
  }

  // Also to gateways that close nothing: clients that were closed elsewhere may come back there.
  async #begin({ id: routeId }: Route, { plan: { periodMs }, parts }: PlannedRebalance): Promise<void> {
    await Promise.all(
      parts.map(({ gatewayId, closes }) =>
        this.fleet.ask(gatewayId, 'startRebalance', { routeId, closes, periodMs }),
      ),
    );
  }
}

function sumOf({
  answers,
  unresponsive,
}: Answers<'rebalanceProgress' | 'stopRebalance'>): RebalanceProgress & Silent {
  const parts = answers.map(({ answer }) => answer);
  const starts = parts.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
  return {
    isRunning: parts.some(({ isRunning }) => isRunning),
    startedAt: starts.sort().at(-1) ?? null,
    total: parts.reduce((sum, { total }) => sum + total, 0),
    remaining: parts.reduce((sum, { remaining }) => sum + remaining, 0),
    silentGateways: unresponsive,
  };
}
