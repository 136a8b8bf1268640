import { Injectable } from '@nestjs/common';
import { upstreamId, type ObservedUpstream } from '#libs/contract';
import { Database } from '../database/database.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { notFound } from '../http/references.js';
import type { RequestContext } from '../http/request-context.js';
import { findTenant } from '../resources/find-tenant.js';
import type { RouteUpstreams } from './upstream-answers.js';

@Injectable()
export class UpstreamsService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  async list({ principal }: RequestContext, tenant: string, routeId: string): Promise<RouteUpstreams> {
    const { id: tenantId } = await findTenant(this.database.read, principal, tenant);
    const row = await this.database.read.findOneBy(RouteEntity, { id: routeId, tenantId });
    if (row === null) throw notFound('route');
    const { answers, unresponsive } = await this.fleet.ask(null, 'routeUpstreams', { routeId });
    const upstreams = row.definition.upstreams.map((upstream) => {
      const id = upstreamId(upstream.url);
      const health = answers.flatMap(({ gatewayId, answer }) =>
        answer.upstreams.filter((one) => one.id === id).map((one) => healthOf(gatewayId, one)),
      );
      return { id, ...upstream, health };
    });
    return { upstreams, silentGateways: unresponsive };
  }
}

type Health = RouteUpstreams['upstreams'][number]['health'][number];

function healthOf(gatewayId: string, observed: ObservedUpstream): Health {
  const { state, since, why, lastProbe, connections, pending } = observed;
  return { gatewayId, state, since, why, lastProbe, connections, pending };
}
