import type { PublishedStep } from './published-steps.js';

/** Puts together the steps that pass something on to each other, so that gateways take them as one; keeps the order otherwise. */
export function inBundles(steps: readonly PublishedStep[]): PublishedStep[][] {
  const givers = new Map<string, number>();
  steps.forEach(({ gives }, index) => {
    for (const text of gives) givers.set(text, index);
  });
  const roots = new Roots();
  steps.forEach(({ takes }, index) => {
    for (const text of takes) roots.join(index, givers.get(text) ?? index);
  });
  const bundles = new Map<number, PublishedStep[]>();
  steps.forEach((step, index) => {
    const root = roots.of(index);
    const bundle = bundles.get(root);
    if (bundle === undefined) bundles.set(root, [step]);
    else bundle.push(step);
  });
  return [...bundles.values()];
}

/** Which things belong together: two that are joined have one root (union-find, with path halving). */
class Roots {
  private readonly parents = new Map<number, number>();

  of(thing: number): number {
    let at = thing;
    for (;;) {
      const parent = this.parents.get(at) ?? at;
      if (parent === at) return at;
      const grandparent = this.parents.get(parent) ?? parent;
      this.parents.set(at, grandparent);
      at = grandparent;
    }
  }

  /** The earlier root is kept. */
  join(one: number, other: number): void {
    const [first, second] = [this.of(one), this.of(other)];
    if (first !== second) this.parents.set(Math.max(first, second), Math.min(first, second));
  }
}
