import type { PublishedStep } from './published-steps.js';

/**
 * Puts steps that move a unique value from one resource to another into one bundle, so that gateways apply
 * them together. Otherwise keeps the order.
 */
export function inBundles(steps: readonly PublishedStep[]): PublishedStep[][] {
  const releasers = new Map<string, number>();
  steps.forEach(({ released }, index) => {
    for (const value of released) releasers.set(value, index);
  });
  const sets = new DisjointSets();
  steps.forEach(({ taken }, index) => {
    for (const value of taken) sets.join(index, releasers.get(value) ?? index);
  });
  const bundles = new Map<number, PublishedStep[]>();
  steps.forEach((step, index) => {
    const root = sets.rootOf(index);
    const bundle = bundles.get(root);
    if (bundle === undefined) bundles.set(root, [step]);
    else bundle.push(step);
  });
  return [...bundles.values()];
}

/** Union-find with path halving: joined items have the same root. */
class DisjointSets {
  readonly #parents = new Map<number, number>();

  rootOf(item: number): number {
    let at = item;
    for (;;) {
      const parent = this.#parents.get(at) ?? at;
      if (parent === at) return at;
      const grandparent = this.#parents.get(parent) ?? parent;
      this.#parents.set(at, grandparent);
      at = grandparent;
    }
  }

  /** Keeps the smaller root. */
  join(one: number, other: number): void {
    const [first, second] = [this.rootOf(one), this.rootOf(other)];
    if (first !== second) this.#parents.set(Math.max(first, second), Math.min(first, second));
  }
}
