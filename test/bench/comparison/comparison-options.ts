import { parseArgs } from 'node:util';
import { metricNames, type Effort, type MetricName } from './metrics.js';

export interface ComparisonOptions {
  isQuick: boolean;
  only: string[] | null;
  metrics: MetricName[];
  effort: Effort;
}

const full: Effort = {
  rounds: 5,
  memoryRounds: 3,
  connections: 64,
  warmUpMs: 500,
  measureMs: 2000,
  latencyMs: 3000,
  handshakes: 3000,
  idleConnections: 5000,
  settle: { leastMs: 10_000, mostMs: 20_000 },
};

const quick: Effort = {
  rounds: 3,
  memoryRounds: 1,
  connections: 64,
  warmUpMs: 300,
  measureMs: 1000,
  latencyMs: 1000,
  handshakes: 1000,
  idleConnections: 2000,
  settle: { leastMs: 3000, mostMs: 5000 },
};

/** Reads `--quick`, `--only sluice,nginx` and `--metrics echo64,handshake`. */
export function readComparisonOptions(parameters: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      metrics: { type: 'string' },
    },
  });
  return {
    isQuick: values.quick,
    only: values.only?.toLowerCase().split(',') ?? null,
    metrics: values.metrics?.split(',').map(metricOf) ?? [...metricNames],
    effort: values.quick ? quick : full,
  };
}

function metricOf(text: string): MetricName {
  const metric = metricNames.find((name) => name === text);
  if (metric === undefined) throw new Error(`--metrics: expected some of ${metricNames.join(',')}`);
  return metric;
}
