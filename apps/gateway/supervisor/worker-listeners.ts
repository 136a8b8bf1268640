import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BoundListener } from '#libs/engine';

/** Starts the processes of workers, and gives each one access to the listening addresses. */
export interface WorkerListeners {
  /** Starts a process for this place. */
  fork(place: number): ForkedWorker;
  /**
   * Whether connections remain in the accept queue of a place whose worker has died. If not, other workers
   * accept them.
   */
  readonly holdClients: boolean;
  /**
   * Drops the connections that wait for a place. Call it when the place has no worker and none starts soon.
   */
  vacate(place: number): void;
  close(): void;
}

export interface ForkedWorker {
  process: ChildProcess;
  /**
   * The inherited listeners, one for each address of the settings; null if the worker uses `node:cluster`.
   */
  inherited: BoundListener[] | null;
}

/** The program of a worker, and its Node options. */
export const workerProgram = {
  path: fileURLToPath(new URL('../worker.js', import.meta.url)),
  execArgv: [...process.execArgv, ...(process.sourceMapsEnabled ? ['--enable-source-maps'] : [])],
};
