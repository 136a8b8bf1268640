import type { ConnectionLimiter } from '#libs/limits';
import type { Supervisor } from './supervisor.js';
import type { SupervisorMetrics } from './supervisor-metrics.js';

/** The parts on which the admin listener of a supervisor reports. */
export interface SupervisorParts {
  supervisor: Supervisor;
  limiter: ConnectionLimiter;
  metrics: SupervisorMetrics;
}

/** The token under which the parts are injected. */
export const supervisorParts = Symbol('SupervisorParts');
