/** Something of the build of the other commit, and the same of this build. */
export interface Both<Value> {
  baseline: Value;
  now: Value;
}

export const builds = ['baseline', 'now'] as const;

/** The order of the builds in the pair with this number: each one is first in every other pair. */
export function orderOf(pair: number): readonly (keyof Both<unknown>)[] {
  return pair % 2 === 0 ? builds : builds.toReversed();
}
