import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { errorMessage } from '#libs/async';
import type { WorkerProcess } from './worker-process.js';

/** The state of a worker during a restart. */
export type RollingWorker = Pick<WorkerProcess, 'started' | 'ended' | 'state' | 'terminate'>;

interface RollingPlace<Worker> {
  readonly number: number;
  readonly worker: Worker | null;
}

export interface RollingRestartInput<Worker extends RollingWorker> {
  logger: Logger;
  places: () => readonly RollingPlace<Worker>[];
  /** False once the whole command drains or stops. */
  mayGoOn: () => boolean;
  start: (number: number) => Worker;
  /** Puts the next worker into the place; returns the previous worker, which retires. */
  replace: (number: number, next: Worker) => Worker | null;
}

// A gateway with a snapshot file is ready within seconds.
const readyTimeoutMs = 60_000;
const pollEveryMs = 50;

/** Replaces the workers one after the other; each successor is ready before its predecessor retires. */
export class RollingRestart<Worker extends RollingWorker> {
  #isRunning = false;
  #isRequestedAgain = false;

  constructor(private readonly input: RollingRestartInput<Worker>) {}

  /** Starts a restart. While one is running, any number of requests start one more after it. */
  ask(): void {
    if (this.#isRunning) {
      this.#isRequestedAgain = true;
      return;
    }
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      const isRequestedAgain = this.#isRequestedAgain && this.input.mayGoOn();
      this.#isRequestedAgain = false;
      if (isRequestedAgain) this.ask();
    });
  }

  async #run(): Promise<void> {
    const { logger, places, mayGoOn } = this.input;
    logger.info({ workers: places().length }, 'replacing the workers one after the other');
    for (const place of places()) {
      if (!mayGoOn()) return;
      const reason = await this.#replaceOne(place);
      if (reason === null) continue;
      if (mayGoOn())
        logger.error(
          { worker: place.number, reason },
          'a worker could not be replaced; the remaining workers are kept',
        );
      return;
    }
    logger.info({ workers: places().length }, 'the workers have been replaced');
  }

  /** Null, or the reason why the worker was not replaced. */
  async #replaceOne(place: RollingPlace<Worker>): Promise<string | null> {
    const { start, replace, mayGoOn } = this.input;
    const next = start(place.number);
    const reason = await this.#untilReady(next, place);
    if (reason !== null || !mayGoOn()) {
      next.terminate('retire');
      return reason ?? 'the command drains';
    }
    const old = replace(place.number, next);
    await old?.ended;
    return null;
  }

  // As ready as its predecessor: while no worker has a configuration, listening is enough.
  async #untilReady(next: Worker, { worker: old }: RollingPlace<Worker>): Promise<string | null> {
    const isOver = new AbortController();
    const late = delay(readyTimeoutMs, 'it was not ready in time', { signal: isOver.signal });
    late.catch(() => undefined);
    try {
      const failed = next.ended.then(() => 'it ended before it was ready');
      return await Promise.race([late, failed, this.#pollUntilReady(next, old, isOver.signal)]);
    } catch (error) {
      return errorMessage(error);
    } finally {
      isOver.abort();
    }
  }

  async #pollUntilReady(next: Worker, old: Worker | null, signal: AbortSignal): Promise<null> {
    await next.started;
    while (!isReady(next) && isReady(old) && this.input.mayGoOn()) {
      await delay(pollEveryMs, undefined, { signal });
    }
    return null;
  }
}

/** Whether the worker serves with a configuration. */
export function isReady(worker: RollingWorker | null): boolean {
  return worker !== null && (worker.state === 'ready' || worker.state === 'refusing');
}
