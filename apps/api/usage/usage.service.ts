import { Injectable } from '@nestjs/common';
import type { TenantTraffic } from '#libs/contract';
import { Database } from '../database/database.js';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { findTenant } from '../resources/find-tenant.js';
import type { TenantUsage } from './tenant-usage.js';

@Injectable()
export class UsageService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  async read({ principal }: RequestContext, tenant: string): Promise<TenantUsage> {
    const { id: tenantId, limits } = await findTenant(this.database.read, principal, tenant);
    const { maxConnections, messagesPerSecond, bytesPerSecond } = limits;
    const { answers, unresponsive } = await this.fleet.ask(null, 'tenantUsage', { tenantId });
    return {
      tenantId,
      limits: { maxConnections, messagesPerSecond, bytesPerSecond },
      total: {
        connections: answers.reduce((sum, { answer }) => sum + answer.connections, 0),
        fromClients: sumOf(answers.map(({ answer }) => answer.fromClients)),
        fromUpstreams: sumOf(answers.map(({ answer }) => answer.fromUpstreams)),
      },
      gateways: answers.map(({ gatewayId, answer }) => ({ gatewayId, ...answer })),
      silentGateways: unresponsive,
    };
  }
}

function sumOf(traffic: TenantTraffic[]): TenantTraffic {
  const sum = { messages: 0, bytes: 0, messagesPerSecond: 0, bytesPerSecond: 0 };
  for (const one of traffic) {
    sum.messages += one.messages;
    sum.bytes += one.bytes;
    sum.messagesPerSecond += one.messagesPerSecond;
    sum.bytesPerSecond += one.bytesPerSecond;
  }
  return sum;
}
