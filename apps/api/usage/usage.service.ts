import { Injectable } from '@nestjs/common';
import type { TenantTraffic } from '#libs/contract';
import { Database } from '../database/database.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { FleetClient } from '../fleet/fleet-client.js';
import type { RequestContext } from '../http/request-context.js';
import { findTenant } from '../resources/find-tenant.js';
import { ceilingsOf } from './ceilings.js';
import { nothingCounted, type CountedUsage } from './counted-usage.js';
import { limitedCeilingsOf, type LimitedPage } from './limited-ceilings.js';
import { countBySubject, readMonth } from './month-usage.js';
import { monthOf } from './month.js';
import type { TenantUsage } from './tenant-usage.js';

@Injectable()
export class UsageService {
  constructor(
    private readonly fleet: FleetClient,
    private readonly database: Database,
  ) {}

  async read({ principal }: RequestContext, tenant: string, page: LimitedPage): Promise<TenantUsage> {
    const found = await findTenant(this.database.read, principal, tenant);
    const { id: tenantId } = found;
    const { maxConnections, messagesPerSecond, bytesPerSecond } = found.limits;
    const [{ answers, unresponsive }, limited] = await Promise.all([
      this.fleet.ask(null, 'tenantUsage', { tenantId }),
      this.fleet.ask(null, 'limitedUsage', { tenantId }),
    ]);
    const ofMonth = await this.#usedInMonth(tenantId);
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
        ofMonth.get(tenantId) ?? nothingCounted(),
      ),
      ...(await limitedCeilingsOf(this.database.read, tenantId, page, {
        gateways: limited.answers.map(({ answer }) => answer),
        ofMonth,
      })),
      exhaustedUntil: exhaustion?.until ?? null,
      silentGateways: unresponsive,
    };
  }

  /** By the id of the tenant, of its routes and of its keys. */
  async #usedInMonth(tenantId: string): Promise<Map<string, CountedUsage>> {
    const used = new Map<string, CountedUsage>();
    const rows = await readMonth(this.database.read, monthOf(Date.now()), tenantId);
    for (const row of rows) countBySubject(used, row);
    return used;
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
