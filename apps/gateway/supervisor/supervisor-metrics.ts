import { Counter, Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import type { LimiterStatus } from '#libs/limits';
import { registerProcessMetrics } from '../../bootstrap/process-metrics.js';
import { SummedMetrics } from './summed-metrics.js';
import type { ReplacementReason } from './supervisor.js';
import { metricSchema, type WorkerMetric } from './worker-messages.js';
import type { WorkerProcess } from './worker-process.js';

/** The values read at a scrape. */
export interface SupervisorFigures {
  workers(): readonly WorkerProcess[];
  /** One state for each worker and each empty place. */
  workerStates(): readonly WorkerState[];
  limits(): LimiterStatus;
}

export type WorkerState = WorkerProcess['state'] | 'down';

const workerStates: readonly WorkerState[] = [
  'starting',
  'ready',
  'refusing',
  'draining',
  'unresponsive',
  'down',
];

/** The metrics of a command with several workers: sums over the workers, and metrics of the supervisor. */
export class SupervisorMetrics {
  /** The metrics of the supervisor only. */
  readonly #own = new Registry();
  /** The process metrics of the supervisor, which are added to those of the workers. */
  readonly #process = new Registry();
  readonly #sums = new SummedMetrics();
  readonly #restarts: Counter<'reason'>;

  constructor(private readonly figures: SupervisorFigures) {
    registerProcessMetrics(this.#process);
    // A start time has no sum; that of the supervisor is the start of the command.
    const startTime = this.#process.getSingleMetric('process_start_time_seconds');
    if (startTime) this.#own.registerMetric(startTime);
    const registers = [this.#own];
    this.#restarts = new Counter({
      name: 'sluice_worker_restarts_total',
      help: 'Workers that were started in place of another one, by why',
      labelNames: ['reason'],
      registers,
    });
    for (const reason of ['died', 'restart'] satisfies ReplacementReason[]) this.#restarts.inc({ reason }, 0);
    this.#registerWorkers();
    new Gauge({
      name: 'sluice_limits_fleet_wide',
      help: '1 while limits of connections are counted over the whole fleet, 0 while for these workers alone',
      registers,
      collect() {
        this.set(figures.limits().scope === 'fleet' ? 1 : 0);
      },
    });
  }

  countRestart(reason: ReplacementReason): void {
    this.#restarts.inc({ reason });
  }

  /** Keeps the counts of this worker in the sums after its end. */
  keepOf(worker: WorkerProcess): void {
    this.#sums.keep(worker.lastMetrics);
  }

  /** For a worker that does not answer in time, its last answer counts. */
  async read(): Promise<string> {
    const ofWorkers = await Promise.all(this.figures.workers().map((worker) => worker.askMetrics()));
    const sums = await this.#sums.text([...ofWorkers, await metricsOf(this.#process)]);
    return `${await this.#own.metrics()}\n${sums}`;
  }

  #registerWorkers(): void {
    const { figures } = this;
    new Gauge({
      name: 'sluice_workers',
      help: 'Workers by state; down is a place whose next one waits for its start',
      labelNames: ['state'],
      registers: [this.#own],
      collect() {
        const states = figures.workerStates();
        for (const state of workerStates) {
          this.set({ state }, states.filter((one) => one === state).length);
        }
      },
    });
  }
}

/** The metrics that a process reports to another process. */
export async function metricsOf(registry: Registry): Promise<WorkerMetric[]> {
  const metrics: unknown = JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
  return z.array(metricSchema).parse(metrics);
}
