import { SerialQueue } from '#libs/async';
import type { UsageRow } from '#libs/contract';
import type { ReportSequence, ReportSpool, SpooledReport } from './report-spool.js';
import type { UsageMeter } from './usage-meter.js';

export interface UsageReporterInput {
  meter: UsageMeter;
  spool: ReportSpool;
  /** Whether a quota counts this usage. */
  hasQuota: (row: UsageRow) => boolean;
  /** Called with usage that is in a report now. */
  onReported?: (rows: readonly UsageRow[]) => void;
  /** Called at the end, with reports that the API has not acknowledged. */
  leave: (reports: SpooledReport[]) => Promise<void>;
  /** How often the usage is closed into reports; 30,000 by default. */
  periodMs?: number;
}

export interface UsageAnswer {
  reports: SpooledReport[];
  /** The usage with a quota that is in no report yet; null: not requested. */
  open: UsageRow[] | null;
}

const defaultPeriodMs = 30_000;
const adoptEveryMs = 60_000;
// Some 1.5 MB of JSON.
const maxRowsOfAnswer = 5000;
const maxOpenRows = 20_000;

/**
 * Closes what connections have used into a report every 30 seconds, writes it to disk, and answers the API,
 * which collects the reports and acknowledges them. A crash loses the usage since the last report.
 */
export class UsageReporter {
  readonly #spooling = new SerialQueue();
  #reportTimer: NodeJS.Timeout | undefined;
  #adoptTimer: NodeJS.Timeout | undefined;
  #reportedAtMs = performance.now();

  constructor(private readonly input: UsageReporterInput) {}

  async start(): Promise<void> {
    const { spool, periodMs = defaultPeriodMs } = this.input;
    await spool.adopt();
    this.#reportTimer = setInterval(() => void this.#report(), periodMs).unref();
    this.#adoptTimer = setInterval(() => void this.#spooling.run(() => spool.adopt()), adoptEveryMs).unref();
  }

  /** Closes the last report, and leaves what the API has not acknowledged, in case this folder is lost. */
  async stop(): Promise<void> {
    clearInterval(this.#reportTimer);
    clearInterval(this.#adoptTimer);
    await this.#report();
    const reports = await this.input.spool.oldest(maxRowsOfAnswer);
    if (reports.length > 0) await this.input.leave(reports);
  }

  answer(acknowledged: readonly ReportSequence[], withOpen: boolean): Promise<UsageAnswer> {
    const { spool } = this.input;
    return this.#spooling.run(async () => {
      await spool.acknowledge(acknowledged);
      const reports = await spool.oldest(maxRowsOfAnswer);
      return { reports, open: withOpen ? await this.#open() : null };
    });
  }

  #report(): Promise<void> {
    const { meter, spool, onReported } = this.input;
    return this.#spooling.run(() =>
      meter.measure(async ({ rows, commit }) => {
        const nowMs = performance.now();
        const written = await spool.add(rows, Math.round(nowMs - this.#reportedAtMs));
        commit(written);
        onReported?.(written);
        if (written.length === rows.length) this.#reportedAtMs = nowMs;
      }),
    );
  }

  #open(): Promise<UsageRow[]> {
    const { meter, hasQuota } = this.input;
    return meter.measure(({ rows }) => Promise.resolve(rows.filter(hasQuota).slice(0, maxOpenRows)));
  }
}
