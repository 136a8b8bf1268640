import type { ConfigChange, ConfigPosition } from '#libs/contract';

/**
 * Whether the changes are of the position's epoch, and their revisions follow it
 * and each other without a gap.
 */
export function areConsecutive(
  { epoch, revision }: ConfigPosition,
  changes: readonly ConfigChange[],
): boolean {
  return changes.every((change, index) => change.epoch === epoch && change.revision === revision + index + 1);
}
