import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { ConnectionLimiter } from '#libs/limits';
import type { EngineStatus } from '#libs/engine';
import { SlotServer } from '#libs/limits';
import { StartError } from '../../bootstrap/start-failure.js';
import type { ForkedWorker, WorkerListeners } from './worker-listeners.js';
import {
  fromWorkerSchema,
  protocolVersion,
  type FromWorker,
  type ToWorker,
  type WorkerMetric,
  type WorkerReport,
} from './worker-messages.js';

export interface WorkerProcessInput {
  /** Its place among the workers of this command, from 0 on. */
  number: number;
  supervisorId: string;
  adminUrl: string;
  /** How long it waits for a configuration before it listens without one; null: however long it takes. */
  listenWithinMs: number | null;
  listeners: WorkerListeners;
  /** Counts for all workers. */
  limiter: ConnectionLimiter;
  logger: Logger;
  /** How long it may take to stop once it has been asked to, in milliseconds. */
  stopWithinMs: number;
  /** An operator has it drained. */
  onDrainAsked(periodMs: number): void;
}

/** How a worker listens. */
export interface StartedWorker {
  gatewayId: string;
  urls: readonly string[];
  /** What relays its connections. */
  engine: EngineStatus['name'];
}

export interface WorkerEnd {
  exitCode: number | null;
  signal: string | null;
}

const metricsTimeoutMs = 2000;
// Five reports that did not come.
const silenceMs = 5000;

/** One worker as its supervisor sees it: a process, what it says, and the slots that it holds. */
export class WorkerProcess {
  /** Resolves when it listens; rejects, with a line for the operator, when it cannot or ends before. */
  readonly started: Promise<StartedWorker>;
  readonly ended: Promise<WorkerEnd>;
  /** When it was started, on the clock of `performance.now`. */
  readonly startedAtMs = performance.now();
  /** Whether it was asked to stop, so that its exit is expected. */
  isLeaving = false;
  /** Null until it listens. */
  identity: StartedWorker | null = null;
  /** Counters and other metrics, as it last reported them. */
  lastMetrics: readonly WorkerMetric[] = [];
  readonly #process: ChildProcess;
  readonly #inherited: ForkedWorker['inherited'];
  readonly #desk: SlotServer;
  #report: WorkerReport | null = null;
  #heardAtMs = performance.now();
  #killTimer: NodeJS.Timeout | null = null;
  #resolveStarted: (started: StartedWorker) => void = () => undefined;
  #rejectStarted: (error: StartError) => void = () => undefined;
  #metricsRequests: (() => void)[] = [];

  constructor(private readonly input: WorkerProcessInput) {
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      this.#rejectStarted = reject;
    });
    // Callers that wait for it see the rejection; there may be none.
    this.started.catch(() => undefined);
    const { process, inherited } = input.listeners.fork(input.number);
    this.#process = process;
    this.#inherited = inherited;
    this.#desk = new SlotServer({
      limiter: input.limiter,
      send: (answer) => this.send({ type: 'limiter', answer }),
    });
    process.on('message', (message: unknown) => this.#take(message));
    this.ended = new Promise((resolve) => {
      const end = (ended: WorkerEnd): void => {
        this.#end(ended);
        resolve(ended);
      };
      process.once('exit', (exitCode, signal) => end({ exitCode, signal }));
      process.on('error', (error) => {
        input.logger.error({ err: error, ...this.names }, 'a worker failed');
        // Where the system gives no process, there is none that could exit.
        if (this.pid === undefined) end({ exitCode: null, signal: null });
      });
    });
  }

  get number(): number {
    return this.input.number;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What it is known by in the log. */
  get names(): { worker: number; workerPid: number | undefined; gatewayId: string | null } {
    return { worker: this.number, workerPid: this.pid, gatewayId: this.identity?.gatewayId ?? null };
  }

  /** What it last said of itself. */
  get report(): WorkerReport {
    return this.#report ?? { state: 'starting', connections: 0, appliedPosition: null };
  }

  /** `unresponsive` when it has said nothing for a while. */
  get state(): WorkerReport['state'] | 'unresponsive' {
    const isSilent = this.identity !== null && performance.now() - this.#heardAtMs > silenceMs;
    return isSilent ? 'unresponsive' : this.report.state;
  }

  /** Slots that it holds. */
  get slots(): number {
    return this.#desk.held;
  }

  send(message: ToWorker): void {
    // Nothing is sent to a worker that is about to end; its exit is reported by the system.
    if (this.#process.connected) this.#process.send(message, ignoreFailure);
  }

  /** Requests its metrics; resolves with those it reported last when it does not answer in time. */
  async askMetrics(): Promise<readonly WorkerMetric[]> {
    if (!this.#process.connected) return this.lastMetrics;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, metricsTimeoutMs);
      this.#metricsRequests.push(() => {
        clearTimeout(timer);
        resolve();
      });
      this.send({ type: 'metrics' });
    });
    return this.lastMetrics;
  }

  /**
   * Has it go: `stop` and `retire` end its connections over the drain period, `kill` at once. One that does not listen yet
   * has none, and one that does not go in time is killed.
   */
  letGo(how: 'stop' | 'retire' | 'kill'): void {
    this.isLeaving = true;
    if (how === 'kill' || this.identity === null) {
      this.#process.kill('SIGKILL');
      return;
    }
    this.send({ type: how });
    this.#killTimer ??= setTimeout(() => {
      this.input.logger.error(this.names, 'a worker did not go in time, and is killed');
      this.letGo('kill');
    }, this.input.stopWithinMs);
  }

  #take(message: unknown): void {
    const parsed = fromWorkerSchema.safeParse(message);
    if (parsed.success) {
      this.#heardAtMs = performance.now();
      this.#handle(parsed.data);
    } else {
      this.input.logger.error({ reason: parsed.error.message, ...this.names }, 'a worker is not understood');
    }
  }

  #handle(message: FromWorker): void {
    const { input } = this;
    switch (message.type) {
      case 'hello':
        this.#greet(message.protocolVersion);
        return;
      case 'started':
        this.identity = { gatewayId: message.gatewayId, urls: message.urls, engine: message.engine };
        this.#resolveStarted(this.identity);
        return;
      case 'failed':
        if (this.identity) input.logger.error({ reason: message.line, ...this.names }, 'a worker failed');
        this.#rejectStarted(new StartError(message.line));
        return;
      case 'report':
        this.#report = message.report;
        return;
      case 'drainAsked':
        input.onDrainAsked(message.periodMs);
        return;
      case 'limiter':
        this.#desk.take(message.question);
        return;
      case 'metrics':
        this.lastMetrics = message.metrics;
        for (const resolve of this.#metricsRequests.splice(0)) resolve();
        return;
    }
  }

  #greet(version: number): void {
    if (version === protocolVersion) {
      const { number, supervisorId, adminUrl, listenWithinMs } = this.input;
      this.send({
        type: 'begin',
        number,
        supervisorId,
        adminUrl,
        listenWithinMs,
        inherited: this.#inherited,
      });
      return;
    }
    this.#rejectStarted(new StartError('this version of the worker needs a restart of its whole command'));
    this.letGo('kill');
  }

  #end({ exitCode, signal }: WorkerEnd): void {
    this.#desk.close();
    if (this.#killTimer) clearTimeout(this.#killTimer);
    for (const resolve of this.#metricsRequests.splice(0)) resolve();
    const how = signal === null ? `exit code ${String(exitCode)}` : signal;
    this.#rejectStarted(new StartError(`worker ${this.number} ended at its start, with ${how}`));
  }
}

function ignoreFailure(): void {
  // The worker is gone; its exit is reported separately.
}
