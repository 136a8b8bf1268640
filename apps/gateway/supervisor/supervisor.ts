import type { Logger } from 'pino';
import { errorMessage } from '#libs/async';
import { newId } from '#libs/contract';
import type { ConnectionLimiter } from '#libs/limits';
import type { WorkerPlace } from './worker-place.js';
import { RestartPause } from './restart-pause.js';
import { isReady, RollingRestart } from './rolling-restart.js';
import type { WorkerListeners } from './worker-listeners.js';
import { WorkerProcess, type StartedWorker, type WorkerEnd } from './worker-process.js';

export interface SupervisorInput {
  /** The number of workers. */
  workers: number;
  /** Gives workers access to the listening addresses. */
  listeners: WorkerListeners;
  /** Counts connections for all workers. */
  limiter: ConnectionLimiter;
  logger: Logger;
  drainPeriodMs: number;
  /** Called for each ended worker, for any reason. */
  onGone(worker: WorkerProcess): void;
  onReplaced(reason: ReplacementReason): void;
}

export type ReplacementReason = 'died' | 'restart';

// In addition to the drain period: for requests on open sockets, for answers to a close, and for a slow
// machine.
const stopBeyondDrainMs = 30_000;
// If no worker has a configuration, clients get 503 after this time; earlier, their connections are refused.
const firstConfigurationMs = 10_000;

/** Keeps a number of workers running, each a separate gateway, and drains, stops and replaces them. */
export class Supervisor {
  /** `sup_…`, a new id at each start. */
  readonly id = newId('supervisor');
  readonly #places: WorkerPlace[] = [];
  readonly #workers = new Set<WorkerProcess>();
  readonly #rolling: RollingRestart<WorkerProcess>;
  #adminUrl = '';
  #snapshotKeeper: WorkerProcess | null = null;
  #isStarted = false;
  #isDraining = false;
  #isStopping = false;

  constructor(private readonly input: SupervisorInput) {
    this.#rolling = new RollingRestart({
      logger: input.logger,
      places: () => this.#places,
      mayGoOn: () => !this.#isDraining,
      start: (number) => this.#fork(number),
      replace: (number, worker) => this.#replace(number, worker),
    });
  }

  get places(): readonly WorkerPlace[] {
    return this.#places;
  }

  /** All running workers, including those that start or retire. */
  get workers(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Resolves once all workers listen. If one cannot, ends all and rejects. */
  async start(adminUrl: string): Promise<StartedWorker> {
    this.#adminUrl = adminUrl;
    for (let number = 0; number < this.input.workers; number += 1) {
      this.#places.push({ number, worker: this.#fork(number), pause: new RestartPause(), timer: null });
    }
    try {
      const [first] = await Promise.all(this.workers.map(({ started }) => started));
      if (!first) throw new Error('a supervisor has at least one worker');
      this.#isStarted = true;
      this.#chooseSnapshotKeeper();
      return first;
    } catch (error) {
      this.killAll();
      await this.#allEnded();
      throw error;
    }
  }

  /** Drains every worker over a period; meanwhile no worker is replaced. */
  drain(periodMs: number): void {
    if (!this.#isDraining) this.input.logger.info({ periodMs }, 'draining all workers');
    this.#isDraining = true;
    for (const worker of this.#workers) worker.send({ type: 'drain', periodMs });
  }

  /** Cancels a drain, unless the command is stopping, and replaces the workers that have died meanwhile. */
  undrain(): void {
    if (this.#isStopping || !this.#isDraining) return;
    this.input.logger.info({}, 'the drain of all workers was cancelled');
    this.#isDraining = false;
    for (const worker of this.#workers) worker.send({ type: 'undrain' });
    for (const place of this.#places) {
      if (place.worker === null && place.timer === null) void this.#revive(place, false);
    }
  }

  /** Replaces the workers one after the other. A call during a restart starts one more after it. */
  restart(): void {
    if (this.#isStarted && !this.#isDraining) this.#rolling.ask();
    else this.input.logger.warn({}, 'restart ignored: the command is draining or has not started yet');
  }

  /** Resolves when every worker has drained and ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#isDraining = true;
    for (const worker of this.#workers) worker.terminate('stop');
    await this.#allEnded();
  }

  /** Ends every worker at once. */
  killAll(): void {
    this.#isStopping = true;
    this.#isDraining = true;
    for (const worker of this.#workers) worker.terminate('kill');
  }

  async #allEnded(): Promise<void> {
    for (const { timer } of this.#places) if (timer) clearTimeout(timer);
    await Promise.all(this.workers.map(({ ended }) => ended));
  }

  #fork(number: number, { areClientsWaiting = false } = {}): WorkerProcess {
    const { listeners, limiter, logger, drainPeriodMs } = this.input;
    const mayWait = !areClientsWaiting && this.workers.some(isReady);
    const worker = new WorkerProcess({
      number,
      supervisorId: this.id,
      adminUrl: this.#adminUrl,
      listenWithinMs: mayWait ? null : firstConfigurationMs,
      listeners,
      limiter,
      logger,
      stopWithinMs: drainPeriodMs + stopBeyondDrainMs,
      onDrainAsked: (periodMs) => this.drain(periodMs),
      onUndrainAsked: () => this.undrain(),
    });
    this.#workers.add(worker);
    void worker.ended.then((end) => this.#onEnded(worker, end));
    return worker;
  }

  #replace(number: number, next: WorkerProcess): WorkerProcess | null {
    const place = this.#places[number];
    if (!place) throw new Error(`there is no place ${number}`);
    const old = place.worker;
    place.worker = next;
    this.input.onReplaced('restart');
    this.#chooseSnapshotKeeper();
    old?.terminate('retire');
    return old;
  }

  #onEnded(worker: WorkerProcess, { exitCode, signal }: WorkerEnd): void {
    const { listeners, logger } = this.input;
    this.#workers.delete(worker);
    this.input.onGone(worker);
    const place = this.#places.find((candidate) => candidate.worker === worker);
    if (place) place.worker = null;
    const fields = { ...worker.names, exitCode, signal };
    if (worker.isLeaving) logger.info(fields, 'a worker has ended');
    else logger.error(fields, 'a worker died');
    this.#chooseSnapshotKeeper();
    if (!place) return;
    if (this.#isDraining || !this.#isStarted) {
      listeners.vacate(place.number);
      return;
    }
    const pauseMs = place.pause.after(performance.now() - worker.startedAtMs);
    // Clients wait for a worker that starts at once. If it starts later, their connections are reset, and
    // other workers serve their retries.
    if (pauseMs > 0) listeners.vacate(place.number);
    const areClientsWaiting = pauseMs === 0 && listeners.holdClients;
    place.timer = setTimeout(() => void this.#revive(place, areClientsWaiting), pauseMs);
  }

  async #revive(place: WorkerPlace, areClientsWaiting: boolean): Promise<void> {
    place.timer = null;
    // A restart may have filled the place.
    if (this.#isDraining || place.worker) return;
    const worker = this.#fork(place.number, { areClientsWaiting });
    place.worker = worker;
    this.input.onReplaced('died');
    const { logger } = this.input;
    try {
      await worker.started;
      logger.info(worker.names, 'a worker that died was replaced');
      this.#chooseSnapshotKeeper();
    } catch (error) {
      const reason = errorMessage(error);
      logger.error({ reason, ...worker.names }, 'a worker cannot start');
    }
  }

  // One worker writes the snapshot file that all workers read. The previous one stops before the next begins.
  #chooseSnapshotKeeper(): void {
    const [keeper = null] = this.#places.flatMap(({ worker }) => (worker?.identity ? [worker] : []));
    if (keeper === this.#snapshotKeeper) return;
    this.#snapshotKeeper?.send({ type: 'keepSnapshot', isKept: false });
    this.#snapshotKeeper = keeper;
    keeper?.send({ type: 'keepSnapshot', isKept: true });
  }
}
