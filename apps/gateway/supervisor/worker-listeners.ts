import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BoundListener } from '#libs/engine';

/** How the processes of workers are started, and come to the addresses on which clients connect. */
export interface WorkerListeners {
  /** Starts a process in this place. */
  fork(place: number): ForkedWorker;
  /** Whether clients wait in a place whose worker died; the other workers serve them where they do not. */
  readonly holdClients: boolean;
  /** Nobody waits in this place any more until a worker listens there again; to be called when it has none. */
  vacate(place: number): void;
  close(): void;
}

export interface ForkedWorker {
  process: ChildProcess;
  /** What it has inherited, one for each address of its settings; null: it listens through `node:cluster`. */
  inherited: BoundListener[] | null;
}

/** The program of a worker, and the options of Node with which it is started. */
export const workerProgram = {
  path: fileURLToPath(new URL('../worker.js', import.meta.url)),
  execArgv: [...process.execArgv, ...(process.sourceMapsEnabled ? ['--enable-source-maps'] : [])],
};
