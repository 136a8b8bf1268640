import { parseArgs } from 'node:util';

export interface PairOptions {
  /** The folder of a built checkout of another commit. */
  baseline: string;
  pairs: number;
  /** Connections at once, or idle connections. */
  connections: number;
  /** Connections that each gateway opens, echoes and closes in a pair. */
  handshakes: number;
  isFleet: boolean;
  isMemory: boolean;
}

/** docs/benchmarks.md describes the options. */
export function readPairOptions(parameters: readonly string[]): PairOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      baseline: { type: 'string' },
      pairs: { type: 'string' },
      connections: { type: 'string' },
      handshakes: { type: 'string', default: '5000' },
      fleet: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
    },
  });
  if (values.baseline === undefined) {
    throw new Error('--baseline: expected the folder of a built checkout of another commit');
  }
  return {
    baseline: values.baseline,
    pairs: countOf('pairs', values.pairs ?? (values.memory ? '3' : '15')),
    connections: countOf('connections', values.connections ?? (values.memory ? '5000' : '16')),
    handshakes: countOf('handshakes', values.handshakes),
    isFleet: values.fleet,
    isMemory: values.memory,
  };
}

function countOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option}: expected a whole number from 1`);
}
