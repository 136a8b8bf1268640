import cluster from 'node:cluster';
import type { Logger } from 'pino';
import type { LimiterAnswer } from '#libs/limits';
import {
  protocolVersion,
  toWorkerSchema,
  type FromWorker,
  type ToWorker,
  type WorkerMetric,
  type WorkerReport,
} from './worker-messages.js';
import type { StartedWorker } from './worker-process.js';

type Begin = Extract<ToWorker, { type: 'begin' }>;

/** A worker as its supervisor uses it: the commands that it executes, and its reports. */
export interface ServedWorker {
  started: StartedWorker;
  logger: Logger;
  report(): WorkerReport;
  /** Calls the listener when the report changes. */
  onNews(listener: () => void): void;
  takeAnswer(answer: LimiterAnswer): void;
  metrics(): Promise<WorkerMetric[]>;
  keepSnapshot(isKept: boolean): void;
  drain(periodMs: number): void;
  undrain(): void;
  /** Resolves when the last connection has ended or the time is over; so does `stop`. */
  retire(): Promise<void>;
  stop(): Promise<void>;
  /** Called when the supervisor has ended and cannot answer. */
  onAlone(): Promise<void>;
}

const reportEveryMs = 1000;
// A signal to the whole process group is meant for the command: its supervisor
// decides when each worker stops.
const signalsOfTheCommand = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** A worker's end of the channel to its supervisor. */
export class SupervisorLink {
  readonly #early: ToWorker[] = [];
  #handle: (message: ToWorker) => void = (message) => this.#early.push(message);
  // A worker that does not serve yet has no connections to end.
  #onAlone: () => void = () => process.exit(0);

  constructor() {
    if (!process.send) throw new Error('this process was not started by a supervisor');
    const { worker } = cluster;
    (worker ?? process).once('disconnect', () => {
      // Otherwise Node would end a process of a cluster immediately, with all its connections.
      if (worker) worker.exitedAfterDisconnect = true;
      this.#onAlone();
    });
    if (!process.connected) this.#onAlone();
    for (const signal of signalsOfTheCommand) process.on(signal, () => undefined);
    process.on('message', (message: unknown) => {
      const parsed = toWorkerSchema.safeParse(message);
      if (parsed.success) this.#handle(parsed.data);
    });
  }

  /** Reports that this process runs; resolves with its configuration as a worker. */
  begin(): Promise<Begin> {
    return new Promise((resolve) => {
      this.#handle = (message) => {
        if (message.type === 'begin') {
          this.#handle = (later) => this.#early.push(later);
          resolve(message);
        } else this.#early.push(message);
      };
      this.send({ type: 'hello', protocolVersion });
    });
  }

  /** Returns false if there is no supervisor any more. Calls `onSent` in either case. */
  send(message: FromWorker, onSent: () => void = () => undefined): boolean {
    const isConnected = process.connected && process.send !== undefined;
    // A failure to send means that the supervisor has ended, which is reported separately.
    if (isConnected) process.send?.(message, undefined, undefined, () => onSent());
    else onSent();
    return isConnected;
  }

  /**
   * Executes the commands of the supervisor until the worker ends; without a supervisor the worker retires.
   */
  async serve(worker: ServedWorker): Promise<void> {
    const report = (): void => void this.send({ type: 'report', report: worker.report() });
    const { gatewayId, urls, engine } = worker.started;
    this.send({ type: 'started', gatewayId, urls: [...urls], engine });
    report();
    worker.onNews(report);
    const timer = setInterval(report, reportEveryMs);
    await new Promise<void>((resolve) => {
      this.#handle = (message) => this.#execute(message, worker, resolve);
      for (const message of this.#early.splice(0)) this.#handle(message);
      this.#onAlone = () => {
        worker.logger.error({}, 'the supervisor is gone; this worker retires');
        void worker.onAlone().then(() => worker.retire().then(resolve));
      };
    });
    clearInterval(timer);
    await this.#tellMetrics(worker);
  }

  #execute(message: ToWorker, worker: ServedWorker, onOver: () => void): void {
    switch (message.type) {
      case 'begin':
        return;
      case 'limiter':
        worker.takeAnswer(message.answer);
        return;
      case 'metrics':
        void this.#tellMetrics(worker);
        return;
      case 'keepSnapshot':
        worker.keepSnapshot(message.isKept);
        return;
      case 'drain':
        worker.drain(message.periodMs);
        return;
      case 'undrain':
        worker.undrain();
        return;
      case 'retire':
        void worker.retire().then(onOver);
        return;
      case 'stop':
        void worker.stop().then(onOver);
        return;
    }
  }

  async #tellMetrics(worker: ServedWorker): Promise<void> {
    const metrics = await worker.metrics();
    await new Promise<void>((resolve) => this.send({ type: 'metrics', metrics }, resolve));
  }
}
