import { Injectable } from '@nestjs/common';
import type { FollowerStatus } from '#libs/config-bus';
import { DataPlane } from '../data-plane/data-plane.js';

export interface Readiness {
  status: 'ready' | 'starting' | 'draining';
  connections: number;
  /** How this gateway stands to the published configuration; a gateway that is detached still serves. */
  configuration: FollowerStatus;
}

/** Whether a load balancer should send clients here. */
@Injectable()
export class GatewayHealth {
  constructor(private readonly dataPlane: DataPlane) {}

  readiness(): Readiness {
    const { configuration, pipeline, follower, registry } = this.dataPlane;
    const isServing = configuration.position !== null;
    const status = pipeline.isDraining ? 'draining' : isServing ? 'ready' : 'starting';
    return { status, connections: registry.size, configuration: follower.status };
  }
}
