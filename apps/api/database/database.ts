import type { EntityManager } from 'typeorm';

/** The maximum number of waiting writes in a lane. */
export const maxWaitingWrites = 100;

export interface WriteOptions<Result> {
  /**
   * The lane of the write. Lanes take turns; null, for operators and for Sluice itself, goes before all
   * lanes. With `maxWaitingWrites` waiting in its lane, a write rejects with `LaneFullError`.
   */
  lane?: string | null;
  /** Runs before the next transaction of this process begins, so that commits are reported in order. */
  afterCommit?: (result: Result) => void;
}

/** The database of the API: SQLite in a file, or Postgres. */
export abstract class Database {
  /** For plain reads: a read sees all earlier commits, and nothing uncommitted. */
  abstract get read(): EntityManager;

  /**
   * Runs `work` in a transaction that does not overlap with any other write to the same database, from this
   * or another process. Commits when `work` resolves and rolls back when it rejects. Use `insert`,
   * `update` and `delete` of the manager: `save` would begin a nested transaction.
   */
  abstract write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    options?: WriteOptions<Result>,
  ): Promise<Result>;

  /** The number of writes that have not begun. */
  abstract get waitingWrites(): number;

  /** Runs `work` in a read-only transaction on a separate connection: all its reads see the same state. */
  abstract readConsistently<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;

  /**
   * Calls `listener` after a commit of any process. Best effort: a listener that must not miss a change also
   * polls.
   */
  abstract onChange(listener: () => void): () => void;

  /** Waits for running writes, then closes. Safe to call twice. */
  abstract close(): Promise<void>;
}
