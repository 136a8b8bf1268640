import type { FleetUnderTest } from './fleet-under-test.js';
import { describeFleetEvents } from './fleet-events-contract.js';
import { describeFleetMembers } from './fleet-members-contract.js';
import { describeFleetQuestions } from './fleet-questions-contract.js';

/** What every adapter of the fleet bus guarantees. */
export function describeFleet(name: string, open: () => FleetUnderTest): void {
  describeFleetMembers(name, open);
  describeFleetQuestions(name, open);
  describeFleetEvents(name, open);
}
