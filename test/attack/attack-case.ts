import type { Sandbox } from './sandbox.js';

/** One attack and its expected outcome. */
export interface AttackCase {
  /** Describes the attack, so that "a gateway withstands: <name>" reads as a guarantee. */
  name: string;
  /** Rejects when the attack succeeds. */
  run(sandbox: Sandbox): Promise<void>;
  /** The case waits for seconds. Slow cases run concurrently with the others. */
  isSlow?: boolean;
  /** The case uses host names that only `stub-resolver.ts` resolves. */
  needsStubResolver?: boolean;
  /** Each look-up of its host name has a different answer, so an explanation would change the outcome. */
  isRebinding?: boolean;
}

/** Attacks of one kind. */
export interface AttackFamily {
  name: string;
  cases: AttackCase[];
}
