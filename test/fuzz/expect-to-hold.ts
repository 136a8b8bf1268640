import { expect } from 'vitest';
import type { FuzzProperty } from './fuzz-property.js';

// All properties together; `npm run fuzz` tries 100,000.
const casesInShort = 2000;

/**
 * Tries a property with a number of cases that suits a test, with a new seed each time; a failure reports how
 * to repeat it.
 */
export function expectToHold(property: FuzzProperty): Promise<void> {
  return expectToHoldFor(property, Math.round(casesInShort * property.share));
}

/** The same with this number of cases. */
export async function expectToHoldFor(property: FuzzProperty, cases: number): Promise<void> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const counterexample = await property.check({ seed, cases });
  expect(counterexample?.report ?? 'held').toBe('held');
}
