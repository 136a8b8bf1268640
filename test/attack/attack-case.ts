import type { Sandbox } from './sandbox.js';

/** One attack and its expected outcome. */
export interface AttackCase {
  /** The attack, so that "a gateway withstands: <name>" reads as a guarantee. */
  name: string;
  /** Rejects when the attack succeeds. */
  run(sandbox: Sandbox): Promise<void>;
  /** It mostly waits, for seconds; slow cases run concurrently with the others. */
  isSlow?: boolean;
  /** It needs names that only `stub-resolver.ts` resolves. */
  needsStubResolver?: boolean;
}

/** Attacks of one kind. */
export interface AttackFamily {
  name: string;
  cases: AttackCase[];
}
