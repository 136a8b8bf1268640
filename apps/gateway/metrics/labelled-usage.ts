import { Counter, type Registry } from 'prom-client';
import { noUsage, usageCounterNames, type Labels, type UsageCounters, type UsageRow } from '#libs/contract';

export interface LabelledUsageInput {
  /** Names of labels of routes and tenants; none: there are no such metrics. */
  names: readonly string[];
  configuration: {
    route(id: string): { labels: Labels } | null;
    tenant(id: string): { labels: Labels } | null;
  };
}

interface Total {
  labels: Record<string, string>;
  usage: UsageCounters;
}

// Each is five series.
const maxTotals = 1000;
const beyondMax = 'other';
const perSecond = 1000;

/**
 * The usage of connections, by the values of chosen labels of their route, or else of its tenant. The
 * combinations of values are bounded: those beyond 1,000 are counted together as `other`.
 */
export class LabelledUsage {
  readonly #totals = new Map<string, Total>();

  constructor(
    registry: Registry,
    private readonly input: LabelledUsageInput,
  ) {
    if (input.names.length === 0) return;
    const counters = [
      this.#counter('sluice_labelled_connections_total', 'Connections that were opened', (usage) => [
        ['', usage.connections],
      ]),
      this.#counter(
        'sluice_labelled_connection_seconds_total',
        'Time for which connections were open, added up',
        (usage) => [['', usage.connectionMs / perSecond]],
      ),
      this.#counter('sluice_labelled_messages_total', 'Complete data messages', (usage) => [
        ['client', usage.messagesFromClients],
        ['upstream', usage.messagesFromUpstreams],
      ]),
      this.#counter('sluice_labelled_bytes_total', 'Bytes, frame headers included', (usage) => [
        ['client', usage.bytesFromClients],
        ['upstream', usage.bytesFromUpstreams],
      ]),
    ];
    for (const counter of counters) registry.registerMetric(counter);
  }

  /** Adds usage that no earlier call had. */
  add(rows: readonly UsageRow[]): void {
    if (this.input.names.length === 0) return;
    for (const row of rows) {
      const { usage } = this.#totalOf(row);
      for (const name of usageCounterNames) usage[name] += row[name];
    }
  }

  #totalOf({ routeId, tenantId }: UsageRow): Total {
    const { names, configuration } = this.input;
    const [ofRoute, ofTenant] = [
      configuration.route(routeId)?.labels,
      configuration.tenant(tenantId)?.labels,
    ];
    const values = names.map((name) => ofRoute?.[name] ?? ofTenant?.[name] ?? '');
    const known = this.#totals.get(JSON.stringify(values));
    if (known) return known;
    const kept = this.#totals.size < maxTotals ? values : names.map(() => beyondMax);
    const key = JSON.stringify(kept);
    const labels = Object.fromEntries(names.map((name, index) => [metricLabelOf(name), kept[index] ?? '']));
    const total = this.#totals.get(key) ?? { labels, usage: noUsage() };
    this.#totals.set(key, total);
    return total;
  }

  #counter(
    name: string,
    help: string,
    valuesOf: (usage: UsageCounters) => (readonly [from: string, value: number])[],
  ): Counter {
    const totals = this.#totals;
    const sides = valuesOf(noUsage()).length > 1 ? ['from'] : [];
    return new Counter({
      name,
      help: `${help}, by labels of routes and tenants`,
      labelNames: [...sides, ...this.input.names.map(metricLabelOf)],
      registers: [],
      collect() {
        this.reset();
        for (const { labels, usage } of totals.values()) {
          for (const [from, value] of valuesOf(usage)) this.inc(from ? { from, ...labels } : labels, value);
        }
      },
    });
  }
}

// As kube-state-metrics names the labels of Kubernetes.
function metricLabelOf(name: string): string {
  return `label_${name.replaceAll(/[^a-z0-9]/g, '_')}`;
}
