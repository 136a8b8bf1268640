import type { ConnectionGroup } from '#libs/contract';
import { groupOf } from './connection-values.js';
import type { LiveConnection } from './live-connection.js';

/** The number of connections of a group; null: those without a key. */
export interface GroupCount {
  group: string | null;
  connections: number;
}

/** Counts connections by a property. */
export class ConnectionCounts {
  readonly #counts = new Map<string | null, number>();
  #total = 0;

  constructor(private readonly by: ConnectionGroup) {}

  get total(): number {
    return this.#total;
  }

  add(connection: LiveConnection): void {
    const group = groupOf(connection, this.by);
    this.#counts.set(group, (this.#counts.get(group) ?? 0) + 1);
    this.#total += 1;
  }

  /** The largest groups, at most `limit`, and whether they are all groups. */
  largest(limit: number): { groups: GroupCount[]; isComplete: boolean } {
    const groups = [...this.#counts].map(([group, connections]) => ({ group, connections }));
    groups.sort(compareCounts);
    return { groups: groups.slice(0, limit), isComplete: groups.length <= limit };
  }
}

/** The largest group first. */
function compareCounts(one: GroupCount, other: GroupCount): number {
  return other.connections - one.connections || ((one.group ?? '') < (other.group ?? '') ? -1 : 1);
}
