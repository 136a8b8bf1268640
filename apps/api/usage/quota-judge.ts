import { Inject, Injectable } from '@nestjs/common';
import { exhaustionIdOf, type ConfigEntry, type PublishedExhaustion, type UsageRow } from '#libs/contract';
import { Database } from '../database/database.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { QuotaEntity, type QuotaRow } from '../database/entities/quota.entity.js';
import { statementParts } from '../database/statement-parts.js';
import type { RequestContext } from '../http/request-context.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import type { PendingChange } from '../publishing/pending-change.js';
import { endOfExhaustion, exhaustionEntry } from '../resources/exhaustion.js';
import { enqueueEvents } from '../webhook-queue/enqueue-events.js';
import type { WebhookEvent } from '../webhook-queue/webhook-event.js';
import { exhaustionOf, nothingCounted, type CountedUsage } from './counted-usage.js';
import { countBySubject, MonthUsage } from './month-usage.js';
import { monthOf, type Month } from './month.js';
import { quotaEvents } from './quota-events.js';
import type { PlacedRow } from './usage-tables.js';

// Usage that another API stored while two of them believed to publish is found by then.
const readAgainMs = 3_600_000;
const maxEntriesPerRevision = 250;

/**
 * Decides which quotas are used up, from what is stored and what gateways have not reported yet,
 * and publishes what has changed. Used by one API at a time.
 */
@Injectable()
export class QuotaJudge {
  #usage: MonthUsage | null = null;
  #readAtMs = -Infinity;
  /** The most that was used, since what a gateway has not reported is missing while it does not answer. */
  #most = new Map<string, CountedUsage>();
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
    this.#most.clear();
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
    const { changed, ended } = differenceOf(published, wanted);
    if (changed.length + ended.length > 0) await this.#publish(changed, ended);
  }

  async #readUsage(nowMs: number): Promise<MonthUsage> {
    const month = monthOf(nowMs);
    const isStale = performance.now() - this.#readAtMs > readAgainMs;
    let usage = this.#usage;
    if (usage?.month.endsAt !== month.endsAt || isStale) {
      if (usage?.month.endsAt !== month.endsAt) {
        this.#most.clear();
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
    const used = mostOf(
      sumOf(usage.of(subjectId), unreported.get(subjectId) ?? nothingCounted()),
      this.#most.get(subjectId) ?? nothingCounted(),
    );
    this.#most.set(subjectId, used);
    return used;
  }

  // A process that publishes after this one queues the events of the month again, which the queue ignores.
  async #announce(events: readonly WebhookEvent[]): Promise<void> {
    const fresh = events.filter(({ id }) => !this.#announced.has(id));
    if (fresh.length === 0) return;
    await this.database.write((manager) => enqueueEvents(manager, fresh));
    for (const { id } of fresh) this.#announced.add(id);
  }

  async #publish(
    changed: readonly PublishedExhaustion[],
    ended: readonly PublishedExhaustion[],
  ): Promise<void> {
    await this.writer.commitAll(ofSluice(), async (manager) => {
      for (const part of statementParts(changed)) await manager.upsert(ExhaustionEntity, part, ['id']);
      for (const part of statementParts(ended))
        await manager.delete(
          ExhaustionEntity,
          part.map(({ id }) => id),
        );
      const entries = [
        ...changed.map((row) => ({ tenantId: row.tenantId, entry: exhaustionEntry(row) })),
        ...ended.map((row) => ({ tenantId: row.tenantId, entry: endOfExhaustion(row) })),
      ];
      return { answer: null, changes: changesOf(entries) };
    });
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

function differenceOf(
  published: readonly PublishedExhaustion[],
  wanted: readonly PublishedExhaustion[],
): { changed: PublishedExhaustion[]; ended: PublishedExhaustion[] } {
  const before = new Map(published.map((row) => [row.id, row]));
  const after = new Set(wanted.map(({ id }) => id));
  const changed = wanted.filter(({ id, until, closesLive }) => {
    const row = before.get(id);
    return row?.until !== until || row.closesLive !== closesLive;
  });
  return { changed, ended: published.filter(({ id }) => !after.has(id)) };
}

/** A change has entries of one tenant. */
function changesOf(entries: readonly { tenantId: string; entry: ConfigEntry }[]): PendingChange[] {
  const byTenant = new Map<string, ConfigEntry[]>();
  for (const { tenantId, entry } of entries) {
    const ofTenant = byTenant.get(tenantId) ?? [];
    byTenant.set(tenantId, ofTenant);
    ofTenant.push(entry);
  }
  const changes: PendingChange[] = [];
  for (const [tenantId, ofTenant] of byTenant) {
    for (let start = 0; start < ofTenant.length; start += maxEntriesPerRevision) {
      const part = ofTenant.slice(start, start + maxEntriesPerRevision);
      changes.push({ tenantId, entries: part, records: [] });
    }
  }
  return changes;
}

/** Sluice itself decides; nothing is audited. */
function ofSluice(): RequestContext {
  return {
    principal: { kind: 'admin' },
    requestId: 'quota',
    clientAddress: null,
    ifMatch: null,
    ifNoneMatch: null,
    idempotency: null,
    committedRevision: null,
    created: false,
    warnings: [],
  };
}

function sumOf(one: CountedUsage, other: CountedUsage): CountedUsage {
  return {
    connections: one.connections + other.connections,
    connectionMs: one.connectionMs + other.connectionMs,
    messages: one.messages + other.messages,
    bytes: one.bytes + other.bytes,
  };
}

function mostOf(one: CountedUsage, other: CountedUsage): CountedUsage {
  return {
    connections: Math.max(one.connections, other.connections),
    connectionMs: Math.max(one.connectionMs, other.connectionMs),
    messages: Math.max(one.messages, other.messages),
    bytes: Math.max(one.bytes, other.bytes),
  };
}
