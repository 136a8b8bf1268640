import { parseArgs } from 'node:util';

export interface PairOptions {
  /** The folder of a built checkout of another commit. */
  baseline: string;
  pairs: number;
  /** Connections at once. */
  connections: number;
  /** Connections that each gateway opens, echoes and closes in a pair. */
  handshakes: number;
  isFleet: boolean;
}

/** docs/benchmarks.md describes the options. */
export function readPairOptions(parameters: readonly string[]): PairOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      baseline: { type: 'string' },
      pairs: { type: 'string', default: '15' },
      connections: { type: 'string', default: '16' },
      handshakes: { type: 'string', default: '5000' },
      fleet: { type: 'boolean', default: false },
    },
  });
  if (values.baseline === undefined) {
    throw new Error('--baseline: expected the folder of a built checkout of another commit');
  }
  return {
    baseline: values.baseline,
    pairs: countOf('pairs', values.pairs),
    connections: countOf('connections', values.connections),
    handshakes: countOf('handshakes', values.handshakes),
    isFleet: values.fleet,
  };
}

function countOf(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option}: expected a whole number from 1`);
}
