import type { ConnectionRegistry } from '#libs/connections';
import type { AppliedChange, Configuration } from '#libs/routing';
import { HealthChecks, UpstreamPools } from '#libs/upstreams';
import type { UpstreamMetrics } from '../metrics/upstream-metrics.js';
import type { Dialing } from './create-dialing.js';
import type { GatewayParts } from './gateway-options.js';
import { UpstreamObserver } from './upstream-observer.js';

export interface WatchedUpstreamsInput {
  parts: Pick<GatewayParts, 'settings' | 'identity' | 'membership' | 'logger'>;
  configuration: Configuration;
  connections: ConnectionRegistry;
  dialing: Dialing;
  metrics: () => UpstreamMetrics;
}

/** The upstreams of all routes, with what probes and requests say of their health. */
export class WatchedUpstreams {
  readonly pools: UpstreamPools;
  readonly #checks: HealthChecks;
  readonly #observer: UpstreamObserver;

  constructor(private readonly input: WatchedUpstreamsInput) {
    const { parts, configuration, connections, dialing, metrics } = input;
    const { identity, membership, logger, settings } = parts;
    this.#checks = new HealthChecks({
      policy: dialing.addressPolicy,
      lookupFor: dialing.lookupFor,
      isActive: (tenantId) => configuration.tenant(tenantId)?.status === 'active',
      onProbe: (type, isGood) => metrics().countProbe(type, isGood),
    });
    this.#observer = new UpstreamObserver({
      gatewayId: identity.id,
      registry: connections,
      metrics,
      publish: (event) => membership.publish(event),
      logger,
      movePeriodMs: settings.drainSeconds * 1000,
    });
    this.pools = new UpstreamPools({
      checks: this.#checks,
      onTransition: (transition) => this.#observer.onTransition(transition),
      findServices: dialing.findServices,
      lookupFor: dialing.lookupFor,
      now: () => performance.now(),
      stickyKey: (tenantId) => configuration.stickyKey(tenantId),
    });
  }

  /** Must be called after a change was applied. */
  review(applied: AppliedChange): void {
    const ids = applied.kind === 'all' ? null : applied.entries.map(({ id }) => id);
    this.pools.review(ids, this.input.configuration);
  }

  stop(): void {
    this.#observer.stop();
    this.pools.stop();
    this.#checks.stop();
  }
}
