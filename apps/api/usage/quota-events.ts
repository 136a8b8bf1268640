import { quotaNames } from '#libs/contract';
import type { QuotaRow } from '../database/entities/quota.entity.js';
import { eventIdOf, type WebhookEvent } from '../webhook-queue/webhook-event.js';
import { usedOf, type CountedUsage } from './counted-usage.js';
import type { Month } from './month.js';

// The share of the ceiling above which usage is near it.
const nearShare = 0.8;

/**
 * The events for webhooks of a quota with this usage. They have the same ids as long as month and ceiling are
 * the same, so that each is sent once.
 */
export function quotaEvents(
  { subjectId, tenantId, quota }: QuotaRow,
  counted: CountedUsage,
  month: Month,
  nowMs: number,
): WebhookEvent[] {
  const used = usedOf(counted);
  const at = new Date(nowMs).toISOString();
  return quotaNames.flatMap((name) => {
    const ceiling = quota[name];
    if (ceiling === null || used[name] < ceiling * nearShare) return [];
    const type = used[name] >= ceiling ? 'quota.exceeded' : 'quota.near';
    const id = eventIdOf(type, subjectId, name, ceiling, month.endsAt);
    const data = {
      subjectId,
      tenantId,
      quota: name,
      ceiling,
      used: Math.floor(used[name]),
      until: month.endsAt,
    };
    return [{ id, type, tenantId, at, data }];
  });
}
