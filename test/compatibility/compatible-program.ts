import type { Browser } from 'playwright-core';
import type { SluiceInFront } from './sluice-in-front.js';

/** What a program needs, and what it reports. */
export interface CompatibilityTest {
  sluice: SluiceInFront;
  /** Starts at the first call. */
  browser: () => Promise<Browser>;
  /** Runs one check, and prints a line for it. A failed check does not end the program. */
  check: (name: string, run: () => Promise<void>) => Promise<void>;
}

/** A real program behind a route. */
export interface CompatibleProgram {
  name: string;
  /** The version that is tested. */
  version: () => Promise<string>;
  /** Starts the program, publishes its route, runs its checks, and stops the program. */
  run: (test: CompatibilityTest) => Promise<void>;
}
