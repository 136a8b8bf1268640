import type { RestartPause } from './restart-pause.js';
import type { WorkerProcess } from './worker-process.js';

/** A place among the workers of a command. It is empty while the start of the next worker is delayed. */
export interface WorkerPlace {
  /** Counted from 0. */
  readonly number: number;
  worker: WorkerProcess | null;
  readonly pause: RestartPause;
  /** The timer of a delayed start. */
  timer: NodeJS.Timeout | null;
}
