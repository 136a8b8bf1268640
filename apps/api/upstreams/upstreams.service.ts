import { Injectable } from '@nestjs/common';
import { upstreamId, type ObservedUpstream } from '#libs/contract';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { RoutesService } from '../routes/routes.service.js';
import type { RouteUpstreams } from './upstream-answers.js';

@Injectable()
export class UpstreamsService {
  constructor(
    private readonly routes: RoutesService,
    private readonly fleet: FleetClient,
  ) {}

  async list(context: RequestContext, tenant: string, reference: string): Promise<RouteUpstreams> {
    const { id: routeId, upstreams: listed } = await this.routes.get(context, tenant, reference);
    const { answers, unresponsive } = await this.fleet.ask(null, 'routeUpstreams', { routeId });
    const upstreams = listed.map((upstream) => {
      const id = upstreamId(upstream.url);
      const health = answers.flatMap(({ gatewayId, answer }) =>
        answer.upstreams.filter((one) => listedIdOf(one) === id).map((one) => healthOf(gatewayId, one)),
      );
      return { id, ...upstream, health };
    });
    const queues = answers.map(({ gatewayId, answer }) => ({ gatewayId, requests: answer.queued }));
    return { upstreams, queues, silentGateways: unresponsive };
  }
}

type Health = RouteUpstreams['upstreams'][number]['health'][number];

function listedIdOf({ id, discovered }: ObservedUpstream): string {
  return discovered?.listedId ?? id;
}

function healthOf(gatewayId: string, observed: ObservedUpstream): Health {
  const { discovered, state, since, why, lastProbe, connections, pending } = observed;
  const discoveredUrl = discovered?.url ?? null;
  return { gatewayId, discoveredUrl, state, since, why, lastProbe, connections, pending };
}
