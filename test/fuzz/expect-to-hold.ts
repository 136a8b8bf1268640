import { expect } from 'vitest';
import type { FuzzProperty } from './fuzz-property.js';

// All properties together; `npm run fuzz` tries 100,000.
const casesInShort = 2000;

/** Tries a property with as many cases as a test may take, others each time; a failure says how to come back to it. */
export async function expectToHold(
  property: FuzzProperty,
  cases = Math.round(casesInShort * property.share),
): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const counterexample = await property.check({ seed, cases });
  expect(counterexample?.report ?? 'held').toBe('held');
}
