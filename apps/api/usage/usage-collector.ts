import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { errorMessage } from '#libs/async';
import type { UsageRow } from '#libs/contract';
import { RedisError } from '#libs/redis';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS, LOGGER } from '../composition/injection-tokens.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { Publisher } from '../publishing/publisher.js';
import { WakeSignal } from '../publishing/wake-signal.js';
import { QuotaJudge } from './quota-judge.js';
import { UsageStore, type StoredSequence } from './usage-store.js';
import { dayMs } from './usage-tables.js';

const collectEveryMs = 5000;
const checkLeaderEveryMs = 1000;
const pruneEveryMs = 3_600_000;
// A gateway that kept reports for days sends the rest in the next round.
const maxPagesPerRound = 100;

/** For each gateway, the usage with a quota that is in no report yet. */
type OpenUsage = Map<string, UsageRow[]>;

/**
 * Collects the reports of usage from the gateways every 5 seconds, stores them, and then acknowledges
 * them. With several APIs, the publishing one does it; if two did, each report would still be stored
 * once.
 */
@Injectable()
export class UsageCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #signal = new WakeSignal();
  readonly #retentionMs: number;
  #loop: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isFailing = false;
  #prunedAtMs = -Infinity;

  constructor(
    private readonly fleet: FleetClient,
    @Inject(UsageStore) private readonly store: Pick<UsageStore, 'store' | 'prune'>,
    @Inject(QuotaJudge) private readonly judge: Pick<QuotaJudge, 'hasQuotas' | 'reset' | 'add' | 'judge'>,
    @Inject(Publisher) private readonly publisher: Pick<Publisher, 'state'>,
    @Inject(API_SETTINGS) settings: Pick<ApiSettings, 'usageRetentionDays'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.#retentionMs = settings.usageRetentionDays * dayMs;
  }

  onApplicationBootstrap(): void {
    this.#loop = this.#run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#signal.wake();
    await this.#loop;
  }

  /** One round: collects from every gateway what it has, and judges quotas by it. Never rejects. */
  async collect(): Promise<void> {
    try {
      const open: OpenUsage = new Map();
      const acknowledged = await this.#collectFrom(null, [], open);
      await Promise.all(
        [...acknowledged].map(([gatewayId, stored]) => this.#collectRest(gatewayId, stored, open)),
      );
      await this.#collectLeft();
      await this.judge.judge([...open.values()].flat(), Date.now());
      this.#isFailing = false;
    } catch (error) {
      this.#noticeFailure(error);
    }
  }

  async #collectLeft(): Promise<void> {
    for (const { gatewayId, reports } of await this.fleet.leftUsage()) {
      const { days } = await this.store.store(reports, Date.now());
      this.judge.add(days);
      await this.fleet.forgetUsage(gatewayId);
    }
  }

  async #run(): Promise<void> {
    let wasLeading = false;
    while (!this.#isStopped) {
      const { isLeading } = this.publisher.state;
      if (isLeading && !wasLeading) this.judge.reset();
      wasLeading = isLeading;
      if (isLeading) {
        await this.collect();
        await this.#prune();
      }
      await this.#signal.wait(isLeading ? collectEveryMs : checkLeaderEveryMs);
    }
  }

  // Acknowledges at once, so that a gateway that stops has nothing left.
  async #collectRest(gatewayId: string, stored: StoredSequence[], open: OpenUsage): Promise<void> {
    let acknowledged = stored;
    for (let page = 0; page < maxPagesPerRound && acknowledged.length > 0; page += 1) {
      if (this.#isStopped && page > 0) return;
      const answers = await this.#collectFrom(gatewayId, acknowledged, open);
      acknowledged = answers.get(gatewayId) ?? [];
    }
  }

  /** Stores one page; returns for each gateway that had reports which of them are stored. */
  async #collectFrom(
    gatewayId: string | null,
    acknowledged: StoredSequence[],
    open: OpenUsage,
  ): Promise<Map<string, StoredSequence[]>> {
    const withOpen = await this.judge.hasQuotas();
    const { answers } = await this.fleet.ask(gatewayId, 'usageReports', { acknowledged, withOpen });
    const receivedAtMs = Date.now();
    const stored = new Map<string, StoredSequence[]>();
    for (const { gatewayId: sender, answer } of answers) {
      if (answer.open) open.set(sender, answer.open);
      if (answer.reports.length === 0) continue;
      const { sequences, days } = await this.store.store(answer.reports, receivedAtMs);
      this.judge.add(days);
      stored.set(sender, sequences);
    }
    return stored;
  }

  async #prune(): Promise<void> {
    const nowMs = performance.now();
    if (this.#retentionMs === 0 || nowMs - this.#prunedAtMs < pruneEveryMs) return;
    this.#prunedAtMs = nowMs;
    await this.store
      .prune(Date.now() - this.#retentionMs)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'old usage could not be deleted'));
  }

  // The fleet bus logs its own failures.
  #noticeFailure(error: unknown): void {
    if (error instanceof RedisError) return;
    if (!this.#isFailing) {
      this.logger.warn({ reason: errorMessage(error) }, 'the usage of gateways could not be stored');
    }
    this.#isFailing = true;
  }
}
