import { AggregatorRegistry } from 'prom-client';
import type { WorkerMetric } from './worker-messages.js';

type Metrics = readonly WorkerMetric[];

/**
 * Sums the metrics of several processes. The counts of ended processes remain in the sums, since a counter
 * that decreases looks like a reset.
 */
export class SummedMetrics {
  readonly #gone = new Map<string, WorkerMetric>();

  /** Keeps the last reported counters and histograms of an ended process. */
  keep(metrics: Metrics): void {
    for (const metric of metrics) {
      if (metric.type === 'gauge') continue;
      const kept = this.#gone.get(metric.name);
      this.#gone.set(metric.name, kept ? added(kept, metric) : metric);
    }
  }

  /** In the text format of Prometheus. */
  text(all: readonly Metrics[]): Promise<string> {
    const metrics = [...all, [...this.#gone.values()]].map((ofOne) => ofOne.map(asTaken));
    return AggregatorRegistry.aggregate(metrics).metrics();
  }
}

function added(one: WorkerMetric, other: WorkerMetric): WorkerMetric {
  const values = new Map(one.values.map((value) => [keyOf(value), value]));
  for (const value of other.values) {
    const before = values.get(keyOf(value));
    values.set(keyOf(value), { ...value, value: (before?.value ?? 0) + (value.value ?? 0) });
  }
  return { ...one, values: [...values.values()] };
}

function keyOf({ metricName, labels }: WorkerMetric['values'][number]): string {
  return JSON.stringify([metricName, Object.entries(labels).sort()]);
}

// A mean would hide a single blocked event loop. Values that are not numbers yet (null in JSON) are omitted.
function asTaken(metric: WorkerMetric): WorkerMetric {
  const isMeanOfLag = metric.name.startsWith('nodejs_eventloop_lag') && metric.aggregator === 'average';
  return {
    ...metric,
    aggregator: isMeanOfLag ? 'max' : metric.aggregator,
    values: metric.values.filter(({ value }) => value !== null),
  };
}
