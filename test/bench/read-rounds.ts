import { parseArgs } from 'node:util';

export interface Rounds {
  rounds: number;
  /** Whether each round has fewer measurements. */
  isQuick: boolean;
}

const fullRounds = 7;
const quickRounds = 3;

/** The options of `node:util`'s `parseArgs`. */
export const roundOptions = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string' },
} as const;

/** Reads `--quick` and `--rounds 9`. */
export function readRounds(parameters: readonly string[]): Rounds {
  return roundsOf(parseArgs({ args: [...parameters], options: roundOptions }).values);
}

export function roundsOf(values: { quick: boolean; rounds?: string | undefined }): Rounds {
  const rounds = Number(values.rounds ?? (values.quick ? quickRounds : fullRounds));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: expected a whole number from 1');
  return { rounds, isQuick: values.quick };
}
