/** The number of connections of a group. */
export interface GroupCount<Group extends string | null> {
  group: Group;
  connections: number;
}

/** Counts connections by group. */
export class GroupCounts<Group extends string | null = string> {
  readonly #counts = new Map<Group, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(group: Group): void {
    this.#counts.set(group, (this.#counts.get(group) ?? 0) + 1);
    this.#total += 1;
  }

  /** The largest groups, at most `limit`, and whether they are all groups. */
  largest(limit: number): { groups: GroupCount<Group>[]; isComplete: boolean } {
    const groups = [...this.#counts].map(([group, connections]) => ({ group, connections }));
    groups.sort(compareCounts);
    return { groups: groups.slice(0, limit), isComplete: groups.length <= limit };
  }
}

/** The largest group first. */
function compareCounts(one: GroupCount<string | null>, other: GroupCount<string | null>): number {
  return other.connections - one.connections || ((one.group ?? '') < (other.group ?? '') ? -1 : 1);
}
