import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { metricNames, type Effort, type MetricName } from './metrics.js';

export interface ComparisonOptions {
  /** Measures everything in full, so that the result may be published. */
  isComplete: boolean;
  isProfile: boolean;
  only: string[] | null;
  metrics: MetricName[];
  effort: Effort;
  /** Of the order of the proxies in each round. */
  seed: number;
}

const full: Effort = {
  rounds: 7,
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

/** Reads `--quick`, `--rounds 9`, `--only sluice,nginx`, `--metrics echo64,handshake`, `--seed 7` and `--profile`. */
export function readComparisonOptions(parameters: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      metrics: { type: 'string' },
      rounds: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const effort = values.quick ? quick : full;
  return {
    isComplete:
      !values.quick &&
      values.only === undefined &&
      values.metrics === undefined &&
      values.rounds === undefined,
    isProfile: values.profile,
    only: values.only?.toLowerCase().split(',') ?? null,
    metrics: values.metrics?.split(',').map(metricOf) ?? [...metricNames],
    effort: values.rounds === undefined ? effort : { ...effort, rounds: numberOf('rounds', values.rounds) },
    seed: values.seed === undefined ? randomInt(2 ** 32) : numberOf('seed', values.seed),
  };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`--${option}: expected a whole number`);
}

function metricOf(text: string): MetricName {
  const metric = metricNames.find((name) => name === text);
  if (metric === undefined) throw new Error(`--metrics: expected some of ${metricNames.join(',')}`);
  return metric;
}
