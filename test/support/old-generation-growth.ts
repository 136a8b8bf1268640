import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/**
 * The growth of the old generation in bytes while `work` runs `rounds` times, with a minor collection after
 * each. The garbage of a round is young, unless an old object refers to it: then it is kept until a full
 * collection.
 */
export function oldGenerationGrowth(rounds: number, work: () => void): number {
  work();
  collect();
  const before = oldGenerationBytes();
  for (let round = 0; round < rounds; round += 1) {
    work();
    collect({ type: 'minor' });
  }
  return oldGenerationBytes() - before;
}

function oldGenerationBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space' || name === 'large_object_space')
    .reduce((sum, { space_used_size: used }) => sum + used, 0);
}
