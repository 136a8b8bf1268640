import type { FollowerStatus } from '#libs/config-bus';
import { maxRefusalLength, type GatewayStatus } from '#libs/contract';

export type GatewayState = GatewayStatus['state'];

interface GatewayStateInput {
  isDraining: boolean;
  /** Whether there is a configuration to serve with. */
  isServing: boolean;
  follower: FollowerStatus;
}

/** Whether a gateway serves, or why not; one that refuses what was published goes on with what it has. */
export function gatewayStateOf({ isDraining, isServing, follower }: GatewayStateInput): GatewayState {
  if (isDraining) return 'draining';
  if (!isServing) return 'starting';
  return follower.state === 'refusing' ? 'refusing' : 'ready';
}

/** Why what was published is not served, as the fleet is told of it; null while nothing is refused. */
export function refusalOf({ state, refusal }: FollowerStatus): string | null {
  return state === 'refusing' ? (refusal?.slice(0, maxRefusalLength) ?? null) : null;
}
