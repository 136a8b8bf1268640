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
  /** The place among the workers of this command, counted from 0. */
  number: number;
  supervisorId: string;
  adminUrl: string;
  /** The time to wait for a configuration before it listens without one; null: no limit. */
  listenWithinMs: number | null;
  listeners: WorkerListeners;
  /** Counts connections for all workers. */
  limiter: ConnectionLimiter;
  logger: Logger;
  /** The maximum time from the request to stop until the exit, in milliseconds. */
  stopWithinMs: number;
  /** Called when an operator drains this worker. */
  onDrainAsked(periodMs: number): void;
  /** Called when an operator cancels the drain of this worker. */
  onUndrainAsked(): void;
}

/** The identity and addresses of a listening worker. */
export interface StartedWorker {
  gatewayId: string;
  urls: readonly string[];
  /** The implementation that relays connections. */
  engine: EngineStatus['name'];
}

export interface WorkerEnd {
  exitCode: number | null;
  signal: string | null;
}

const metricsTimeoutMs = 2000;
// Five missing reports.
const silenceMs = 5000;

/** A worker as seen by its supervisor: its process, its messages, and its connection slots. */
export class WorkerProcess {
  /** Resolves when the worker listens; rejects, with a line for the operator, if it cannot or ends before. */
  readonly started: Promise<StartedWorker>;
  readonly ended: Promise<WorkerEnd>;
  /** The time of its start, on the clock of `performance.now`. */
  readonly startedAtMs = performance.now();
  /** Whether a stop was requested, so that its exit is expected. */
  isLeaving = false;
  /** Null until it listens. */
  identity: StartedWorker | null = null;
  /** The last reported metrics. */
  lastMetrics: readonly WorkerMetric[] = [];
  readonly #process: ChildProcess;
  readonly #inherited: ForkedWorker['inherited'];
  readonly #slotServer: SlotServer;
  #report: WorkerReport | null = null;
  #lastMessageAtMs = performance.now();
  #killTimer: NodeJS.Timeout | null = null;
  #resolveStarted: (started: StartedWorker) => void = () => undefined;
  #rejectStarted: (error: StartError) => void = () => undefined;
  #metricsRequests: (() => void)[] = [];

  constructor(private readonly input: WorkerProcessInput) {
    this.started = new Promise((resolve, reject) => {
      this.#resolveStarted = resolve;
      this.#rejectStarted = reject;
    });
    // Callers that await it get the rejection; there may be no caller.
    this.started.catch(() => undefined);
    const { process, inherited } = input.listeners.fork(input.number);
    this.#process = process;
    this.#inherited = inherited;
    this.#slotServer = new SlotServer({
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
        // If the system could not create the process, no exit follows.
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

  /** The fields that identify the worker in the log. */
  get names(): { worker: number; workerPid: number | undefined; gatewayId: string | null } {
    return { worker: this.number, workerPid: this.pid, gatewayId: this.identity?.gatewayId ?? null };
  }

  /** The last report. */
  get report(): WorkerReport {
    return this.#report ?? { state: 'starting', connections: 0, appliedPosition: null };
  }

  /** `unresponsive` without a recent report. */
  get state(): WorkerReport['state'] | 'unresponsive' {
    const isSilent = this.identity !== null && performance.now() - this.#lastMessageAtMs > silenceMs;
    return isSilent ? 'unresponsive' : this.report.state;
  }

  /** The number of held connection slots. */
  get slots(): number {
    return this.#slotServer.held;
  }

  send(message: ToWorker): void {
    // A disconnected worker is about to end; the system reports its exit.
    if (this.#process.connected) this.#process.send(message, ignoreFailure);
  }

  /** Requests the metrics; resolves with the last reported ones if the worker does not answer in time. */
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
   * Ends the worker: `stop` and `retire` close its connections over the drain period, `kill` at once. A
   * worker that does not listen yet is killed at once, since it has no connections; a worker that does not
   * end in time is killed too.
   */
  terminate(how: 'stop' | 'retire' | 'kill'): void {
    this.isLeaving = true;
    if (how === 'kill' || this.identity === null) {
      this.#process.kill('SIGKILL');
      return;
    }
    this.send({ type: how });
    this.#killTimer ??= setTimeout(() => {
      this.input.logger.error(this.names, 'a worker did not end in time and is killed');
      this.terminate('kill');
    }, this.input.stopWithinMs);
  }

  #take(message: unknown): void {
    const parsed = fromWorkerSchema.safeParse(message);
    if (parsed.success) {
      this.#lastMessageAtMs = performance.now();
      this.#handle(parsed.data);
    } else {
      this.input.logger.error(
        { reason: parsed.error.message, ...this.names },
        'invalid message from a worker',
      );
    }
  }

  #handle(message: FromWorker): void {
    const { input } = this;
    switch (message.type) {
      case 'hello':
        this.#negotiate(message.protocolVersion);
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
      case 'undrainAsked':
        input.onUndrainAsked();
        return;
      case 'limiter':
        this.#slotServer.take(message.question);
        return;
      case 'metrics':
        this.lastMetrics = message.metrics;
        for (const resolve of this.#metricsRequests.splice(0)) resolve();
        return;
    }
  }

  #negotiate(version: number): void {
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
    this.terminate('kill');
  }

  #end({ exitCode, signal }: WorkerEnd): void {
    this.#slotServer.close();
    if (this.#killTimer) clearTimeout(this.#killTimer);
    for (const resolve of this.#metricsRequests.splice(0)) resolve();
    const how = signal === null ? `exit code ${String(exitCode)}` : signal;
    this.#rejectStarted(new StartError(`worker ${this.number} ended at its start, with ${how}`));
  }
}

function ignoreFailure(): void {
  // The worker has ended; its exit is reported separately.
}
