import { Injectable } from '@nestjs/common';
import { overviewStepSeconds } from '#libs/contract';
import { Database } from '../database/database.js';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantsInView } from '../resources/find-tenant.js';
import type { Overview, OverviewQuery } from './overview-answer.js';
import { summedOverview } from './summed-overview.js';

// A gateway returns a bounded number of tenants. The largest of the fleet are among them, unless they are
// spread over many gateways.
const maxTenantsOfGateway = 1000;

/** The figures of the last minute, ten minutes or hour. */
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
