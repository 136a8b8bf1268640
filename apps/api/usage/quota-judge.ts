import { Inject, Injectable } from '@nestjs/common';
import { exhaustionIdOf, type PublishedExhaustion, type UsageRow } from '#libs/contract';
import { Database } from '../database/database.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { QuotaEntity, type QuotaRow } from '../database/entities/quota.entity.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { enqueueEvents } from '../webhook-queue/enqueue-events.js';
import type { WebhookEvent } from '../webhook-queue/webhook-event.js';
import { exhaustionOf, maxOf, nothingCounted, sumOf, type CountedUsage } from './counted-usage.js';
import { countBySubject, MonthUsage } from './month-usage.js';
import { monthOf, type Month } from './month.js';
import { publishExhaustions } from './publish-exhaustions.js';
import { quotaEvents } from './quota-events.js';
import type { PlacedRow } from './usage-tables.js';

// For a moment two APIs may both act as the publishing one. Reading again finds the usage that the other one
// stored.
const readAgainMs = 3_600_000;

/**
 * Decides which quotas are used up, from the stored usage and the usage that gateways have not reported yet,
 * and publishes the changes. Used by one API at a time.
 */
@Injectable()
export class QuotaJudge {
  #usage: MonthUsage | null = null;
  #readAtMs = -Infinity;
  /** The highest usage so far: while a gateway does not answer, its unreported usage is missing. */
  readonly #highest = new Map<string, CountedUsage>();
  /** Ids of the events that were queued for webhooks this month. */
  readonly #announced = new Set<string>();
  #quotas: QuotaRow[] = [];
  /** The revision as of which the quotas were read. */
  #quotasRevision = -1;

  constructor(
    private readonly database: Database,
    private readonly writer: ConfigurationWriter,
    @Inject(CommittedChanges) private readonly committed: Pick<CommittedChanges, 'newestRevision'>,
  ) {}

  /** Whether there are quotas now, so that unreported usage is needed. */
  async hasQuotas(): Promise<boolean> {
    const { newestRevision } = this.committed;
    if (newestRevision === this.#quotasRevision) return this.#quotas.length > 0;
    this.#quotas = await this.database.read.find(QuotaEntity);
    this.#quotasRevision = newestRevision;
    return this.#quotas.length > 0;
  }

  /** Must be called before the first round of this process as the one that publishes. */
  reset(): void {
    this.#usage = null;
    this.#quotasRevision = -1;
    this.#highest.clear();
    this.#announced.clear();
  }

  /** Adds rows that were just stored. */
  add(days: readonly PlacedRow[]): void {
    this.#usage?.add(days);
  }

  /** Judges with the usage that is in no report yet. */
  async judge(open: readonly UsageRow[], nowMs: number): Promise<void> {
    const hasQuotas = await this.hasQuotas();
    const published = await this.database.read.find(ExhaustionEntity);
    if (!hasQuotas && published.length === 0) return;
    const usage = await this.#readUsage(nowMs);
    const unreported = new Map<string, CountedUsage>();
    for (const row of open) countBySubject(unreported, row);
    const judged = this.#quotas.map((row) => ({ row, used: this.#usedBy(row, usage, unreported) }));
    await this.#announce(judged.flatMap(({ row, used }) => quotaEvents(row, used, usage.month, nowMs)));
    const wanted = judged.flatMap(({ row, used }) => exhaustionsOf(row, used, usage.month));
    await publishExhaustions(this.writer, published, wanted);
  }

  async #readUsage(nowMs: number): Promise<MonthUsage> {
    const month = monthOf(nowMs);
    const isStale = performance.now() - this.#readAtMs > readAgainMs;
    let usage = this.#usage;
    if (usage?.month.endsAt !== month.endsAt || isStale) {
      if (usage?.month.endsAt !== month.endsAt) {
        this.#highest.clear();
        this.#announced.clear();
      }
      usage = new MonthUsage(month);
      this.#readAtMs = performance.now();
    }
    for (const { tenantId } of this.#quotas) {
      if (!usage.hasTenant(tenantId)) await usage.load(this.database.read, tenantId);
    }
    this.#usage = usage;
    return usage;
  }

  #usedBy(
    { subjectId }: QuotaRow,
    usage: MonthUsage,
    unreported: ReadonlyMap<string, CountedUsage>,
  ): CountedUsage {
    const used = maxOf(
      sumOf(usage.of(subjectId), unreported.get(subjectId) ?? nothingCounted()),
      this.#highest.get(subjectId) ?? nothingCounted(),
    );
    this.#highest.set(subjectId, used);
    return used;
  }

  // A process that publishes after this one queues the events of the month again, which the queue ignores.
  async #announce(events: readonly WebhookEvent[]): Promise<void> {
    const fresh = events.filter(({ id }) => !this.#announced.has(id));
    if (fresh.length === 0) return;
    await this.database.write((manager) => enqueueEvents(manager, fresh));
    for (const { id } of fresh) this.#announced.add(id);
  }
}

function exhaustionsOf(
  { subjectId, tenantId, quota }: QuotaRow,
  used: CountedUsage,
  { endsAt: until }: Month,
): PublishedExhaustion[] {
  const exhaustion = exhaustionOf(quota, used);
  if (exhaustion === null) return [];
  return [{ id: exhaustionIdOf(subjectId), tenantId, subjectId, until, ...exhaustion }];
}
