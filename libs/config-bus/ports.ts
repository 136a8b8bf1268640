import type { Release } from '#libs/async';
import type { ConfigChange, ConfigPosition, ConfigSnapshot } from '#libs/contract';

/**
 * The API's side of the bus. One adapter uses Redis, the other works in this process; both pass
 * `test/support/config-bus/config-bus-contract.ts`. Every promise rejects within a bounded time when the bus
 * cannot be reached. The operation has then been completed, or has changed nothing; the position, read later,
 * shows which.
 */
export interface ConfigSink {
  /**
   * The position of the stored configuration; null when nothing is stored: never yet, or the bus lost its
   * data.
   */
  readPosition(): Promise<ConfigPosition | null>;
  /**
   * Takes or keeps the lead among the publishing processes; false while another process has it. The lead is
   * renewed as long as this process runs, and is free a few seconds after it ended or froze. A process that
   * has lost the lead can change nothing here: `publish` and `storeSnapshot` return `not_leading` until it
   * takes the lead again.
   */
  lead(): Promise<boolean>;
  /**
   * Stores consecutive changes and announces each, in one step. Returns `out_of_step`, with nothing done,
   * unless the stored position directly precedes the first change, in the same epoch. Then the whole snapshot
   * must be stored again.
   */
  publish(...changes: ConfigChange[]): Promise<'published' | 'out_of_step' | 'not_leading'>;
  /** Replaces the stored configuration in one step, and announces that there is a new snapshot. */
  storeSnapshot(snapshot: ConfigSnapshot): Promise<'stored' | 'not_leading'>;
  /** Calls back each time the bus can be reached again. */
  onReconnect(listener: () => void): Release;
  /** Releases the lead as well. */
  close(): Promise<void>;
}

/**
 * A snapshot as it is stored: each entry is the JSON of a `ConfigEntry`, not yet validated. The texts may be
 * created while they are read, so that 100,000 of them are not in memory at once.
 */
export interface StoredSnapshot extends ConfigPosition {
  /** Null if it was stored by an API that has no fleet id. */
  fleetId: string | null;
  entries: Iterable<string>;
}

export interface ConfigListener {
  /** The JSON of an announced `ConfigChange`, not yet validated. */
  onChange(payload: string): void;
  /** Called when changes may have been missed: a new snapshot was stored, or the bus was down for a while. */
  onDisturbance(): void;
}

/** The gateway's side of the bus. Every promise rejects when the bus cannot be reached. */
export interface ConfigSource {
  /** Resolves once every later change will be received. */
  subscribe(listener: ConfigListener): Promise<Release>;
  /** Resolves after the listeners have received every change up to this position that they will receive. */
  readPosition(): Promise<ConfigPosition | null>;
  /** Position and entries are consistent: every change is in it completely or not at all. */
  readSnapshot(): Promise<StoredSnapshot | null>;
  close(): Promise<void>;
}

/** An entry that cannot be applied, with the reason, which names it. */
export interface RefusedEntry {
  id: string;
  reason: string;
}

/** Either everything is applied except the refused entries, or nothing is. */
export type ApplyResult = { ok: true; refused: readonly RefusedEntry[] } | { ok: false; reason: string };

/**
 * Holds the configuration in a gateway. If an entry of a change cannot be applied, its last good version
 * stays in use, unless another entry of the change takes its place.
 */
export interface ConfigConsumer {
  /** Applies a whole configuration, in slices, so that a large one does not block the event loop. */
  replace(snapshot: ConfigSnapshot): Promise<ApplyResult>;
  /** Applies one change; the cost depends on its entries only, not on the number of routes. */
  apply(change: ConfigChange): ApplyResult;
  /**
   * The current configuration, or null before the first `replace`: references to values that no later change
   * alters.
   */
  snapshot(): ConfigSnapshot | null;
}
