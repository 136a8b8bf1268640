import type { FollowerStatus } from '#libs/config-bus';
import type { EngineStatus } from '#libs/engine';
import type { ConnectionLimiter, LimiterStatus } from '#libs/limits';
import type { GatewayStateTracker } from '../data-plane/gateway-state.js';

export interface Readiness {
  /**
   * `ready` also for a gateway that refuses a published change, since it serves with its previous
   * configuration.
   */
  status: 'ready' | 'starting' | 'draining';
  connections: number;
  /** The state of this gateway relative to the published configuration; a detached gateway still serves. */
  configuration: FollowerStatus;
  /** The implementation that relays connections. */
  engine: EngineStatus;
  /** The scope in which connection limits are counted; `gateway` if Redis is unavailable or not used. */
  limits: LimiterStatus;
}

export interface GatewayHealthInput {
  state: Pick<GatewayStateTracker, 'current' | 'follower'>;
  connections: { readonly size: number };
  engineStatus: EngineStatus;
  limiter: Pick<ConnectionLimiter, 'status'>;
}

/** Reports whether a load balancer should send clients to this gateway. */
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
