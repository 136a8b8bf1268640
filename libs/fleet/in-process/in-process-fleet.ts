import type { Logger } from '#libs/redis';
import type { Fleet, FleetMembership } from '../ports.js';
import { InProcessFleetEnd } from './in-process-fleet-end.js';
import { InProcessHub } from './in-process-hub.js';
import { InProcessMembership } from './in-process-membership.js';

interface InProcessFleet {
  fleet: Fleet;
  createMembership(): FleetMembership;
}

const noLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A fleet for an API and gateways in the same process; without a logger, dropped messages are not logged. */
export function createInProcessFleet({ logger = noLogger }: { logger?: Logger } = {}): InProcessFleet {
  const hub = new InProcessHub(logger);
  return {
    fleet: new InProcessFleetEnd(hub),
    createMembership: () => new InProcessMembership(hub),
  };
}
