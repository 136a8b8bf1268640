import { Inject, Injectable } from '@nestjs/common';
import type { ConfigPosition } from '#libs/contract';
import type { LimiterStatus } from '#libs/limits';
import type { Supervisor } from './supervisor.js';
import { supervisorParts, type SupervisorParts } from './supervisor-parts.js';
import type { StartedWorker, WorkerProcess } from './worker-process.js';

export interface WorkerReadiness {
  number: number;
  pid: number | null;
  gatewayId: string | null;
  /** The implementation that relays connections; null until the worker listens. */
  engine: StartedWorker['engine'] | null;
  /**
   * `down` between the end of a worker and the start of the next; `unresponsive` after 5 seconds without a
   * report.
   */
  state: WorkerProcess['state'] | 'down';
  connections: number;
  appliedPosition: ConfigPosition | null;
}

export interface SupervisorReadiness {
  /** `ready` if at least one worker is ready. */
  status: 'ready' | 'starting' | 'draining';
  connections: number;
  supervisor: { id: string; pid: number };
  /** The workers in places, by number, then retiring workers and successors that are not ready yet. */
  workers: WorkerReadiness[];
  /** The scope of connection limits, which the supervisor counts for all workers. */
  limits: LimiterStatus;
}

/** Reports whether a load balancer should send clients to this command. */
@Injectable()
export class SupervisorHealth {
  constructor(@Inject(supervisorParts) private readonly parts: SupervisorParts) {}

  readiness(): SupervisorReadiness {
    const { supervisor, limiter } = this.parts;
    const workers = workersOf(supervisor);
    return {
      status: this.#statusOf(workers),
      connections: workers.reduce((sum, { connections }) => sum + connections, 0),
      supervisor: { id: supervisor.id, pid: process.pid },
      workers,
      limits: limiter.status(),
    };
  }

  #statusOf(workers: readonly WorkerReadiness[]): SupervisorReadiness['status'] {
    if (this.parts.supervisor.isDraining) return 'draining';
    return workers.some(({ state }) => state === 'ready' || state === 'refusing') ? 'ready' : 'starting';
  }
}

/** The state of each worker and of each empty place. */
export function workersOf({ places, workers }: Supervisor): WorkerReadiness[] {
  const placed = places.map(({ number, worker }) => (worker ? readinessOf(worker) : down(number)));
  const others = workers.filter((worker) => places.every((place) => place.worker !== worker));
  return [...placed, ...others.map(readinessOf)];
}

function readinessOf(worker: WorkerProcess): WorkerReadiness {
  const { connections, appliedPosition } = worker.report;
  const { number, pid = null, state } = worker;
  const { gatewayId = null, engine = null } = worker.identity ?? {};
  return { number, pid, gatewayId, engine, state, connections, appliedPosition };
}

function down(number: number): WorkerReadiness {
  const nothing = { pid: null, gatewayId: null, engine: null, connections: 0, appliedPosition: null };
  return { number, state: 'down', ...nothing };
}
