import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { engines, type Engine } from './proxies/kinds.js';
import { metricNames, type Effort, type MetricName } from './metrics.js';

export interface ComparisonOptions {
  /** Measures everything in full, so that the result can be published. */
  isComplete: boolean;
  isProfile: boolean;
  only: string[] | null;
  /** The engine of Sluice; null: its own choice. */
  engine: Engine | null;
  metrics: MetricName[];
  effort: Effort;
  /** The seed for the order of the proxies in each round. */
  seed: number;
}

const full: Effort = {
  rounds: 7,
  memoryRounds: 7,
  connections: 64,
  warmUpMs: 300,
  measureMs: 1200,
  latencyMs: 3000,
  handshakes: 3000,
  idleConnections: 5000,
  settleMs: 15_000,
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
  settleMs: 5000,
};

/** docs/benchmarks.md describes the options. */
export function readComparisonOptions(parameters: readonly string[]): ComparisonOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      only: { type: 'string' },
      engine: { type: 'string' },
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
      values.engine === undefined &&
      values.rounds === undefined,
    isProfile: values.profile,
    only: values.only?.toLowerCase().split(',') ?? null,
    engine: values.engine === undefined ? null : engineOf(values.engine),
    metrics: values.metrics?.split(',').map(metricOf) ?? [...metricNames],
    effort: values.rounds === undefined ? effort : withRounds(effort, numberOf('rounds', values.rounds)),
    seed: values.seed === undefined ? randomInt(2 ** 32) : numberOf('seed', values.seed),
  };
}

function withRounds(effort: Effort, rounds: number): Effort {
  return { ...effort, rounds, memoryRounds: rounds };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new Error(`--${option}: expected a whole number`);
}

function engineOf(text: string): Engine {
  const engine = engines.find((name) => name === text);
  if (engine === undefined) throw new Error(`--engine: expected one of ${engines.join(',')}`);
  return engine;
}

function metricOf(text: string): MetricName {
  const metric = metricNames.find((name) => name === text);
  if (metric === undefined) throw new Error(`--metrics: expected some of ${metricNames.join(',')}`);
  return metric;
}
