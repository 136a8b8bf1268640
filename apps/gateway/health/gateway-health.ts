import { Inject, Injectable } from '@nestjs/common';
import type { FollowerStatus } from '#libs/config-bus';
import type { EngineStatus } from '#libs/engine';
import type { LimiterStatus } from '#libs/limits';
import { DataPlane } from '../data-plane/data-plane.js';
import { gatewayParts, type GatewayParts } from '../data-plane/gateway-options.js';

export interface Readiness {
  /** `ready` also for a gateway that refuses what was published, since it serves what it has. */
  status: 'ready' | 'starting' | 'draining';
  connections: number;
  /** How this gateway stands to the published configuration; a gateway that is detached still serves. */
  configuration: FollowerStatus;
  /** What relays connections. */
  engine: EngineStatus;
  /** For whom limits of connections are counted; `gateway` where Redis is away, or there is none. */
  limits: LimiterStatus;
}

/** Whether a load balancer should send clients here. */
@Injectable()
export class GatewayHealth {
  constructor(
    private readonly dataPlane: DataPlane,
    @Inject(gatewayParts) private readonly parts: GatewayParts,
  ) {}

  readiness(): Readiness {
    const { state, follower, registry, limiter } = this.dataPlane;
    const status = state === 'refusing' ? 'ready' : state;
    return {
      status,
      connections: registry.size,
      configuration: follower.status,
      engine: this.parts.engineStatus,
      limits: limiter.status(),
    };
  }
}
