import cluster from 'node:cluster';
import { workerProgram, type ForkedWorker, type WorkerListeners } from './worker-listeners.js';

/**
 * `node:cluster`, for systems that cannot share a port: the supervisor accepts, and hands each connection to one of the workers that
 * listen, in turn.
 */
export class ClusterListeners implements WorkerListeners {
  readonly holdClients = false;

  constructor() {
    // What decision 0023 measured: with SCHED_NONE most connections went to one worker.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    const { path, execArgv } = workerProgram;
    cluster.setupPrimary({ exec: path, args: [], execArgv });
  }

  fork(): ForkedWorker {
    const worker = cluster.fork();
    // It repeats those of its process, which are listened to.
    worker.on('error', () => undefined);
    return { process: worker.process, inherited: null };
  }

  vacate(): void {
    // A worker that is gone is handed nothing.
  }

  close(): void {
    // They are closed with the last worker.
  }
}
