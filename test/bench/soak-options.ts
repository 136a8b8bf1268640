import { parseArgs } from 'node:util';

export interface SoakOptions {
  minutes: number;
  /** Whether connections are only held, without clients that connect or disconnect. */
  isIdle: boolean;
  /** The number of connections that are held all the time. */
  connections: number;
  seed: number;
}

/** Reads `--minutes 10`, `--idle`, `--connections 10000` and `--seed 7`. */
export function readSoakOptions(parameters: readonly string[], randomSeed: number): SoakOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      minutes: { type: 'string', default: '10' },
      idle: { type: 'boolean', default: false },
      connections: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  return {
    minutes: numberOf('minutes', values.minutes),
    isIdle: values.idle,
    connections: numberOf('connections', values.connections ?? (values.idle ? '10000' : '500')),
    seed: numberOf('seed', values.seed ?? String(randomSeed)),
  };
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${option}: expected a number above 0`);
}
