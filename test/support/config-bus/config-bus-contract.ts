import type { ConfigBusUnderTest } from './config-bus-under-test.js';
import { describeConfigEnds } from './config-ends-contract.js';
import { describeFollowerOrder } from './follower-order-contract.js';
import { describeFollowerOutage } from './follower-outage-contract.js';
import { describeFollowerRefusal } from './follower-refusal-contract.js';

/** The contract of every adapter, alone and with a follower. */
export function describeConfigBus(name: string, open: () => Promise<ConfigBusUnderTest>): void {
  describeConfigEnds(name, open);
  describeFollowerOrder(name, open);
  describeFollowerOutage(name, open);
  describeFollowerRefusal(name, open);
}
