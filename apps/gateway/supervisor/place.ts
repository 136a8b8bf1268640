import type { RestartPause } from './restart-pause.js';
import type { WorkerProcess } from './worker-process.js';

/** A place among the workers of a command; it is empty while the next one waits for its start. */
export interface Place {
  /** From 0 on. */
  readonly number: number;
  worker: WorkerProcess | null;
  readonly pause: RestartPause;
  /** Of the start that waits. */
  timer: NodeJS.Timeout | null;
}
