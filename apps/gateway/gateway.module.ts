import { Module, type DynamicModule } from '@nestjs/common';
import type { Gateway } from './gateway.js';
import { GatewayHealth } from './health/gateway-health.js';
import { HealthController } from './health/health.controller.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** What Nest serves and stops of one gateway. It serves the admin listener only; clients never reach it. */
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
