import { Counter, Gauge, type Registry } from 'prom-client';
import type { HealthState, UpstreamPools } from '#libs/upstreams';

const states: readonly HealthState[] = ['unknown', 'healthy', 'unhealthy', 'ejected'];

/**
 * Metrics on upstreams. No label names an upstream, a route or a tenant: their number has no
 * bound.
 */
export class UpstreamMetrics {
  readonly #probes: Counter<'type' | 'outcome'>;
  readonly #transitions: Counter<'to'>;

  constructor(registry: Registry, pools: Pick<UpstreamPools, 'all'>) {
    const registers = [registry];
    this.#probes = new Counter({
      name: 'sluice_upstream_probes_total',
      help: 'Probes of upstreams, by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.#transitions = new Counter({
      name: 'sluice_upstream_health_changes_total',
      help: 'Changes of the health of upstreams of routes, by the new state',
      labelNames: ['to'],
      registers,
    });
    new Gauge({
      name: 'sluice_upstreams',
      help: 'Upstreams of the routes that were asked for or are probed, by their health',
      labelNames: ['health'],
      registers,
      collect() {
        const counts = countStates(pools);
        for (const state of states) this.set({ health: state }, counts[state]);
      },
    });
    new Gauge({
      name: 'sluice_queued_requests',
      help: 'Requests that wait until an upstream of their route has room',
      registers,
      collect() {
        this.set([...pools.all()].reduce((sum, { queued }) => sum + queued, 0));
      },
    });
  }

  countProbe(type: string, isGood: boolean): void {
    this.#probes.inc({ type, outcome: isGood ? 'good' : 'failed' });
  }

  countTransition(to: HealthState): void {
    this.#transitions.inc({ to });
  }
}

function countStates(pools: Pick<UpstreamPools, 'all'>): Record<HealthState, number> {
  const counts: Record<HealthState, number> = { unknown: 0, healthy: 0, unhealthy: 0, ejected: 0 };
  for (const { upstreams } of pools.all()) for (const { health } of upstreams) counts[health.state] += 1;
  return counts;
}
