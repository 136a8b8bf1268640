import cluster from 'node:cluster';
import { workerProgram, type ForkedWorker, type WorkerListeners } from './worker-listeners.js';

/**
 * `node:cluster`, for systems that cannot share a port: the supervisor accepts connections and hands them to
 * the listening workers in turn.
 */
export class ClusterListeners implements WorkerListeners {
  readonly holdClients = false;

  constructor() {
    // With SCHED_NONE, one worker got most connections (decision 0023).
    cluster.schedulingPolicy = cluster.SCHED_RR;
    const { path, execArgv } = workerProgram;
    cluster.setupPrimary({ exec: path, args: [], execArgv });
  }

  fork(): ForkedWorker {
    const worker = cluster.fork();
    // The process emits the same errors, and has a listener.
    worker.on('error', () => undefined);
    return { process: worker.process, inherited: null };
  }

  vacate(): void {
    // The supervisor hands no connection to a worker that has ended.
  }

  close(): void {
    // node:cluster closes the listeners with the last worker.
  }
}
