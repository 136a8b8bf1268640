import { Module, type DynamicModule } from '@nestjs/common';
import type { Gateway } from './gateway.js';
import { GatewayHealth } from './health/gateway-health.js';
import { HealthController } from './health/health.controller.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** The part of a gateway that Nest serves and stops: only the admin listener, which clients never reach. */
@Module({})
export class GatewayModule {
  static with({ metrics, health, lifecycle }: Gateway): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: GatewayMetrics, useFactory: () => metrics },
        { provide: GatewayHealth, useFactory: () => health },
        { provide: GatewayLifecycle, useFactory: () => lifecycle },
      ],
    };
  }
}
