import type { EntityManager } from 'typeorm';

/** How many writes of one lane may wait. */
export const maxWaitingWrites = 100;

export interface WriteOptions<Result> {
  /**
   * Whose write it is. The lanes take turns; null, for operators and for Sluice itself, goes before all of them. With
   * more than `maxWaitingWrites` waiting in its lane, a write rejects with `LaneFullError`.
   */
  lane?: string | null;
  /** Runs before the next transaction of this process begins, so that commits are reported in their order. */
  afterCommit?: (result: Result) => void;
}

/** The database of the API, whichever it is: SQLite in a file, or Postgres. */
export abstract class Database {
  /** For plain reads: each one sees everything that was committed before it, and nothing else. */
  abstract get read(): EntityManager;

  /**
   * Runs `work` in a transaction that no other one overlaps, of this process or of any other on the same database;
   * what it returns is committed, what it throws is rolled back.
   * Use `insert`, `update` and `delete` of the manager: `save` would try to begin a transaction of its own.
   */
  abstract write<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    options?: WriteOptions<Result>,
  ): Promise<Result>;

  /** How many writes have not begun. */
  abstract get waitingWrites(): number;

  /** Runs `work` on a connection of its own, on which every read sees the same moment. */
  abstract readOneMoment<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result>;

  /**
   * Calls back when a change was committed, by whichever process. It is a hint, and may be missing: who must not miss
   * a change looks once in a while, too.
   */
  abstract onChange(listener: () => void): () => void;

  /** Lets the writes that were begun end, then closes; safe to call twice. */
  abstract close(): Promise<void>;
}
