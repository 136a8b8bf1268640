import type { LoadPrograms } from '../comparison/load-programs.js';
import type { Pinning } from '../comparison/pinning.js';
import type { ProxyKind } from '../comparison/proxy.js';
import type { PairOptions } from './pair-options.js';

/** Something of the build of the other commit, and the same of this build. */
export interface Both<Value> {
  baseline: Value;
  now: Value;
}

export const builds = ['baseline', 'now'] as const;

export interface PairInput {
  options: PairOptions;
  /** The folder for files and logs. */
  folder: string;
  programs: LoadPrograms;
  pinning: Pinning;
  kinds: Both<ProxyKind>;
  log: (line: string) => void;
}

/** The order of the builds in the pair with this number: each one is first in every other pair. */
export function orderOf(pair: number): readonly (keyof Both<unknown>)[] {
  return pair % 2 === 0 ? builds : builds.toReversed();
}
