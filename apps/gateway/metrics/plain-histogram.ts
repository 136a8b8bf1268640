import { Histogram } from 'prom-client';

export interface PlainHistogramConfiguration {
  name: string;
  help: string;
  buckets: readonly number[];
  registers: ConstructorParameters<typeof Histogram>[0]['registers'];
}

/**
 * A histogram without labels. Every connection observes two of them: `observe` of prom-client takes 1 µs, and
 * `add` one comparison for each bucket below the value.
 */
export class PlainHistogram extends Histogram {
  readonly #described: Pick<PlainHistogramConfiguration, 'name' | 'help'>;
  readonly #bounds: readonly number[];
  /** The number of values up to each bound and above the previous one; the last count has no bound. */
  readonly #counts: number[];
  #sum = 0;

  constructor({ name, help, buckets, registers = [] }: PlainHistogramConfiguration) {
    super({ name, help, buckets: [...buckets], registers });
    this.#described = { name, help };
    this.#bounds = buckets;
    this.#counts = [...buckets.map(() => 0), 0];
  }

  add(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += value;
  }

  /** The registry's text and `get` of prom-client both read this method, which its types do not declare. */
  getForPromString(): Promise<object> {
    const { name, help } = this.#described;
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values: this.#values() });
  }

  #values(): object[] {
    const { name } = this.#described;
    let count = 0;
    const buckets = this.#counts.map((added, index) => {
      count += added;
      const labels = { le: this.#bounds[index] ?? '+Inf' };
      return { metricName: `${name}_bucket`, labels, sharedLabels: {}, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels: {}, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels: {}, value: count },
    ];
  }
}
