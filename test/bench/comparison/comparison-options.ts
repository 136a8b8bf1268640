import { parseArgs } from 'node:util';
import { metricNames, type Effort, type MetricName } from './metrics.js';

export interface ComparisonOptions {
  /** Measures everything in full, so that the result may be published. */
  isComplete: boolean;
  isProfile: boolean;
  only: string[] | null;
  metrics: MetricName[];
  effort: Effort;
}

const full: Effort = {
  rounds: 5,
  memoryRounds: 1,
  connections: 64,
  warmUpMs: 300,
  measureMs: 1200,
  latencyMs: 2000,
  handshakes: 3000,
  idleConnections: 5000,
  settleBeforeMs: 75_000,
  settleAfterMs: 100_000,
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
  settleBeforeMs: 10_000,
  settleAfterMs: 15_000,
};

/** Reads `--quick`, `--only sluice,nginx`, `--metrics echo64,handshake` and `--profile`. */
export function readComparisonOptions(parameters: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      metrics: { type: 'string' },
    },
  });
  return {
    isComplete: !values.quick && values.only === undefined && values.metrics === undefined,
    isProfile: values.profile,
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
