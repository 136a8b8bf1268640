import type { FollowerStatus } from '#libs/config-bus';
import type { EngineStatus } from '#libs/engine';
import type { ConnectionLimiter, LimiterStatus } from '#libs/limits';
import type { GatewayStateTracker } from '../data-plane/gateway-state.js';

export interface Readiness {
  /** `ready` also for a gateway that refuses what was published, since it serves the configuration before it. */
  status: 'ready' | 'starting' | 'draining';
  connections: number;
  /** How this gateway stands to the published configuration; a gateway that is detached still serves. */
  configuration: FollowerStatus;
  /** What relays connections. */
  engine: EngineStatus;
  /** Over which gateways limits of connections are counted; `gateway` where Redis is away, or there is none. */
  limits: LimiterStatus;
}

export interface GatewayHealthInput {
  state: Pick<GatewayStateTracker, 'current' | 'follower'>;
  connections: { readonly size: number };
  engineStatus: EngineStatus;
  limiter: Pick<ConnectionLimiter, 'status'>;
}

/** Whether a load balancer should send clients here. */
export class GatewayHealth {
  constructor(private readonly input: GatewayHealthInput) {}

  readiness(): Readiness {
    const { state, connections, engineStatus, limiter } = this.input;
    return {
      status: state.current === 'refusing' ? 'ready' : state.current,
      connections: connections.size,
      configuration: state.follower,
      engine: engineStatus,
      limits: limiter.status(),
    };
  }
}
