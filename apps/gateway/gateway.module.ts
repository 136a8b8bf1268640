import { Module, type DynamicModule } from '@nestjs/common';
import { DataPlane } from './data-plane/data-plane.js';
import type { GatewayParts } from './data-plane/gateway-options.js';
import { describeGateway } from './fleet/describe-gateway.js';
import { FleetAnswers } from './fleet/fleet-answers.js';
import { FleetLink } from './fleet/fleet-link.js';
import { GatewayHealth } from './health/gateway-health.js';
import { HealthController } from './health/health.controller.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';
import { ClientListeners } from './listeners/client-listeners.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';

/** Composes one gateway. NestJS serves only the admin listener, which clients cannot access. */
@Module({})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    const inject = [DataPlane];
    return {
      module: GatewayModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: DataPlane, useFactory: () => new DataPlane(parts) },
        { provide: GatewayMetrics, useFactory: ({ metrics }: DataPlane) => metrics, inject },
        { provide: GatewayHealth, useFactory: (dataPlane: DataPlane) => healthOf(parts, dataPlane), inject },
        { provide: FleetLink, useFactory: (dataPlane: DataPlane) => fleetLinkOf(parts, dataPlane), inject },
        {
          provide: ClientListeners,
          useFactory: (dataPlane: DataPlane) => listenersOf(parts, dataPlane),
          inject,
        },
        {
          provide: GatewayLifecycle,
          useFactory: (dataPlane: DataPlane, listeners: ClientListeners, fleetLink: FleetLink) => {
            const { configuration, reserved, drain } = dataPlane;
            const owned = { dataPlane, configuration, reserved, drain, listeners, fleetLink };
            return new GatewayLifecycle({ options: parts, ...owned });
          },
          inject: [DataPlane, ClientListeners, FleetLink],
        },
      ],
    };
  }
}

function healthOf(parts: GatewayParts, { state, registry, limiter }: DataPlane): GatewayHealth {
  return new GatewayHealth({ state, connections: registry, engineStatus: parts.engineStatus, limiter });
}

function fleetLinkOf(parts: GatewayParts, dataPlane: DataPlane): FleetLink {
  const { identity, membership, supervision, settings } = parts;
  const { registry, slices, traffic, keyUses, taps, drain, configuration, state } = dataPlane;
  const supervisorId = supervision?.supervisorId ?? null;
  const described = { identity, supervisorId, configuration, connections: registry, state, drain };
  const status = (): ReturnType<typeof describeGateway> => describeGateway(described);
  const answers = new FleetAnswers({
    gatewayId: identity.id,
    registry,
    slices,
    traffic,
    keyUses,
    taps,
    drain,
    drainPeriodMs: settings.drainSeconds * 1000,
    onDrainAsked: (periodMs) => supervision?.onDrainAsked(periodMs),
    status,
  });
  return new FleetLink({ membership, configuration, state, answers, status });
}

function listenersOf(parts: GatewayParts, dataPlane: DataPlane): ClientListeners {
  const { settings, engine, supervision, logger, hasUpstreamInProcess } = parts;
  const { pipeline, observer, registry, metrics, reserved } = dataPlane;
  return new ClientListeners({
    settings,
    engine,
    supervision: supervision ?? null,
    descriptorsPerConnection: hasUpstreamInProcess === true ? 3 : 2,
    joined: registry,
    metrics,
    logger,
    onUpgrade: (upgrade) => {
      pipeline.accept(upgrade).catch((error: unknown) => {
        upgrade.socket.destroy();
        logger.error({ err: error }, 'unexpected error while handling an upgrade');
      });
    },
    onRefused: (code) => observer.onRefusedUnread(code),
    onListening: (address, port) => reserved.addListener(address, port),
  });
}
