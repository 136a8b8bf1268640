import type { FleetUnderTest } from './fleet-under-test.js';
import { describeFleetEvents } from './fleet-events-contract.js';
import { describeLeftUsage } from './left-usage-contract.js';
import { describeFleetMembers } from './fleet-members-contract.js';
import { describeFleetRequests } from './fleet-requests-contract.js';

/** The contract of every adapter of the fleet bus. */
export function describeFleet(name: string, open: () => FleetUnderTest): void {
  describeFleetMembers(name, open);
  describeFleetRequests(name, open);
  describeFleetEvents(name, open);
  describeLeftUsage(name, open);
}
