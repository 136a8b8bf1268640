import { Injectable } from '@nestjs/common';
import { In, LessThan, LessThanOrEqual, Not } from 'typeorm';
import type { WebhookEventType } from '#libs/contract';
import type { PostedWebhook } from '#libs/webhooks';
import { Database } from '../database/database.js';
import {
  WebhookDeliveryEntity,
  type WebhookDeliveryRow,
} from '../database/entities/webhook-delivery.entity.js';
import { WebhookEntity, type WebhookRow } from '../database/entities/webhook.entity.js';
import { retryDelayMs } from './retry-schedule.js';

/** A delivery that this process sends, with its webhook. */
export interface LeasedDelivery {
  delivery: WebhookDeliveryRow;
  webhook: WebhookRow;
}

// A send takes at most 15 seconds. After the lease another process may send the event again.
const leaseMs = 60_000;
const hourMs = 3600_000;
// An API that starts to publish queues the quota events of the month again, and the stored rows refuse them.
const quotaEvents = In<WebhookEventType>(['quota.near', 'quota.exceeded']);
const kept = [
  { of: { state: 'delivered', type: Not(quotaEvents) }, forMs: hourMs },
  { of: { state: 'delivered', type: quotaEvents }, forMs: 31 * 24 * hourMs },
  { of: { state: 'dead' }, forMs: 30 * 24 * hourMs },
] as const;
const maxDueWebhooks = 100;
// A separate lane: writes of operators go first, and tenants take turns with it.
const lane = 'webhooks';

/** The deliveries that are due, leased to one process at a time. */
@Injectable()
export class DeliveryStore {
  constructor(private readonly database: Database) {}

  /**
   * Leases due deliveries, at most `maxOf` of each webhook and `maxTotal` in all. The webhook that waits
   * longest goes first, so a long queue of one webhook delays no other.
   */
  async lease(
    nowMs: number,
    lease: string,
    { maxTotal, maxOf }: { maxTotal: number; maxOf: (webhookId: string) => number },
  ): Promise<LeasedDelivery[]> {
    const now = isoOf(nowMs);
    const due = await this.#dueWebhooks(now);
    if (due.length === 0 || maxTotal <= 0) return [];
    return this.database.write(
      async (manager) => {
        const leased: LeasedDelivery[] = [];
        for (const webhookId of due) {
          const take = Math.min(maxOf(webhookId), maxTotal - leased.length);
          const webhook = take > 0 ? await manager.findOneBy(WebhookEntity, { id: webhookId }) : null;
          if (!webhook) continue;
          const deliveries = await manager.find(WebhookDeliveryEntity, {
            where: { webhookId, state: 'pending', nextAttemptAt: LessThanOrEqual(now) },
            order: { nextAttemptAt: 'ASC', id: 'ASC' },
            take,
          });
          leased.push(...deliveries.map((delivery) => ({ delivery, webhook })));
        }
        const ids = leased.map(({ delivery }) => delivery.id);
        const nextAttemptAt = isoOf(nowMs + leaseMs);
        if (ids.length > 0)
          await manager.update(WebhookDeliveryEntity, { id: In(ids) }, { lease, nextAttemptAt });
        return leased;
      },
      { lane },
    );
  }

  /** Stores the outcome, unless the lease was lost. */
  async settle(
    { id, attempts }: WebhookDeliveryRow,
    lease: string,
    outcome: PostedWebhook,
    nowMs: number,
  ): Promise<void> {
    const failures = attempts + 1;
    const delayMs = outcome.ok ? null : retryDelayMs(failures);
    const changed = outcome.ok
      ? ({ state: 'delivered', lease: null, nextAttemptAt: isoOf(nowMs) } as const)
      : ({
          state: delayMs === null ? 'dead' : 'pending',
          attempts: failures,
          lease: null,
          lastError: outcome.detail,
          nextAttemptAt: isoOf(nowMs + (delayMs ?? 0)),
        } as const);
    await this.database.write((manager) => manager.update(WebhookDeliveryEntity, { id, lease }, changed), {
      lane,
    });
  }

  /** Deletes delivered events after an hour, those of quotas after 31 days, and dead ones after 30 days. */
  async prune(nowMs: number): Promise<void> {
    for (const { of, forMs } of kept) {
      const old = { ...of, nextAttemptAt: LessThan(isoOf(nowMs - forMs)) };
      if (!(await this.database.read.existsBy(WebhookDeliveryEntity, old))) continue;
      await this.database.write((manager) => manager.delete(WebhookDeliveryEntity, old), { lane });
    }
  }

  async #dueWebhooks(now: string): Promise<string[]> {
    const rows = await this.database.read
      .createQueryBuilder(WebhookDeliveryEntity, 'delivery')
      .select('delivery.webhookId', 'webhookId')
      .where('delivery.state = :state AND delivery.nextAttemptAt <= :now', { state: 'pending', now })
      .groupBy('delivery.webhookId')
      .orderBy('MIN(delivery.nextAttemptAt)')
      .limit(maxDueWebhooks)
      .getRawMany<{ webhookId: string }>();
    return rows.map(({ webhookId }) => webhookId);
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
