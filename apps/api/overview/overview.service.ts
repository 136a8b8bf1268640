import { Injectable } from '@nestjs/common';
import { overviewStepSeconds } from '#libs/contract';
import { Database } from '../database/database.js';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantsInView } from '../resources/find-tenant.js';
import type { Overview, OverviewQuery } from './overview-answer.js';
import { summedOverview } from './summed-overview.js';

// A tenant that is large in the fleet is among the largest of a gateway, unless it is spread thin.
const maxTenantsOfGateway = 500;

/** What the fleet did lately. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  async read({ principal }: RequestContext, query: OverviewQuery): Promise<Overview> {
    const { window, tenant, sort, limit } = query;
    const inView = await tenantsInView(this.database.read, principal, tenant);
    const tenantIds = inView === null ? null : [...inView];
    const request = { window, tenantIds, sort, limit: maxTenantsOfGateway };
    const { answers, unresponsive } = await this.fleet.ask(null, 'overview', request);
    const { tenants, ...summed } = summedOverview(answers.map(({ answer }) => answer));
    return {
      window,
      stepSeconds: overviewStepSeconds[window],
      until: new Date().toISOString(),
      ...summed,
      tenants: tenants.sort((one, other) => other[sort] - one[sort]).slice(0, limit),
      silentGateways: unresponsive,
    };
  }
}
