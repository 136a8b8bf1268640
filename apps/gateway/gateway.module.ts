import { Module, type DynamicModule } from '@nestjs/common';
import { DataPlane } from './data-plane/data-plane.js';
import { FleetLink } from './fleet/fleet-link.js';
import { gatewayParts, type GatewayParts } from './data-plane/gateway-options.js';
import { GatewayHealth } from './health/gateway-health.js';
import { HealthController } from './health/health.controller.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** Everything of one gateway. Only the admin listener is Nest's; clients never meet it. */
@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: gatewayParts, useValue: parts },
        { provide: DataPlane, useFactory: () => new DataPlane(parts) },
        { provide: GatewayMetrics, useFactory: ({ metrics }: DataPlane) => metrics, inject: [DataPlane] },
        FleetLink,
        GatewayHealth,
        GatewayLifecycle,
      ],
    };
  }
}
