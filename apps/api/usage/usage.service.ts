import { Injectable } from '@nestjs/common';
import type { TenantTraffic } from '#libs/contract';
import { Database } from '../database/database.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { findTenant } from '../resources/find-tenant.js';
import { ceilingsOf } from './ceilings.js';
import type { TenantUsage } from './tenant-usage.js';

@Injectable()
export class UsageService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  async read({ principal }: RequestContext, tenant: string): Promise<TenantUsage> {
    const found = await findTenant(this.database.read, principal, tenant);
    const { id: tenantId } = found;
    const { maxConnections, messagesPerSecond, bytesPerSecond } = found.limits;
    const { answers, unresponsive } = await this.fleet.ask(null, 'tenantUsage', { tenantId });
    const exhaustion = await this.database.read.findOneBy(ExhaustionEntity, { subjectId: tenantId });
    return {
      tenantId,
      limits: { maxConnections, messagesPerSecond, bytesPerSecond },
      total: {
        connections: answers.reduce((sum, { answer }) => sum + answer.connections, 0),
        fromClients: sumOf(answers.map(({ answer }) => answer.fromClients)),
        fromUpstreams: sumOf(answers.map(({ answer }) => answer.fromUpstreams)),
      },
      gateways: answers.map(({ gatewayId, answer: { connections, fromClients, fromUpstreams } }) => {
        return { gatewayId, connections, fromClients, fromUpstreams };
      }),
      ceilings: await ceilingsOf(
        this.database.read,
        found,
        answers.map(({ answer }) => answer),
      ),
      exhaustedUntil: exhaustion?.until ?? null,
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
