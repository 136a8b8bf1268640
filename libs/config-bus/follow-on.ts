import type { ConfigChange, ConfigPosition } from '#libs/contract';

/** Whether the first of the changes comes right after the position, in its epoch, and each other one after the one before it. */
export function followOn({ epoch, revision }: ConfigPosition, changes: readonly ConfigChange[]): boolean {
  return changes.every((change, index) => change.epoch === epoch && change.revision === revision + index + 1);
}
