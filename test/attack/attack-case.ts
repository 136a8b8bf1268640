import type { Arena } from './arena.js';

/** One attack, and what must come of it. */
export interface AttackCase {
  /** What is done, so that "the gateway withstands: <name>" reads as a guarantee. */
  name: string;
  /** Attacks, and rejects where the gateway gave way. */
  run(arena: Arena): Promise<void>;
  /** It takes seconds in which nothing is to be done; such cases run beside all the others. */
  isSlow?: boolean;
  /** It is about names that only `stand-in-resolver.ts` knows. */
  needsStandInNames?: boolean;
}

/** Attacks of one kind. */
export interface AttackFamily {
  name: string;
  cases: AttackCase[];
}
