import type { Release } from '#libs/async';
import type { ConfigChange, ConfigPosition, ConfigSnapshot } from '#libs/contract';

/**
 * Where the API puts what is published. One adapter is Redis, the other lives in this process; both pass
 * `test/support/config-bus/config-bus-contract.ts`. Every promise rejects within a bounded time when the bus cannot be reached. What was asked
 * for is then done wholly or not at all; the position, read later, tells which.
 */
export interface ConfigSink {
  /** Where the stored configuration stands; null when nothing is stored: never yet, or the bus lost its data. */
  readPosition(): Promise<ConfigPosition | null>;
  /**
   * Takes the lead among those that publish here, or keeps it; false while another one has it. The lead is kept without
   * being asked for as long as this process runs, and is free a few seconds after it ended or stopped. Who has lost it
   * can change nothing here any more: `publish` and `storeSnapshot` answer `not_leading` until it is taken again.
   */
  lead(): Promise<boolean>;
  /**
   * Stores changes that follow one another, and announces each, in one step. `out_of_step`, and nothing done, when what is
   * stored is not the revision just before the first in the same epoch: then the whole snapshot has to be stored again.
   */
  publish(...changes: ConfigChange[]): Promise<'published' | 'out_of_step' | 'not_leading'>;
  /** Replaces whatever is stored, in one step, and announces that there is a new snapshot. */
  storeSnapshot(snapshot: ConfigSnapshot): Promise<'stored' | 'not_leading'>;
  /** Calls back each time the bus can be reached again. */
  onReconnect(listener: () => void): Release;
  /** Gives the lead back, too. */
  close(): Promise<void>;
}

/**
 * What is stored, as it is stored: each entry is the JSON of a `ConfigEntry`, not yet validated. The texts may be
 * made while they are read, so that 100,000 of them do not stand in memory at once.
 */
export interface StoredSnapshot extends ConfigPosition {
  /** Null where an API that knew of none stored the snapshot. */
  fleetId: string | null;
  entries: Iterable<string>;
}

export interface ConfigListener {
  /** The JSON of an announced `ConfigChange`, not yet validated. */
  onChange(payload: string): void;
  /** Something may have been missed: a new snapshot was stored, or the bus was out of reach for a while. */
  onDisturbance(): void;
}

/** Where a gateway gets the configuration from. Every promise rejects when the bus cannot be reached. */
export interface ConfigSource {
  /** Resolves once every later change will be heard. */
  subscribe(listener: ConfigListener): Promise<Release>;
  /** Resolves after the listeners were given every change up to this position that they will be given. */
  readPosition(): Promise<ConfigPosition | null>;
  /** Position and entries belong together: no change is half in it. */
  readSnapshot(): Promise<StoredSnapshot | null>;
  close(): Promise<void>;
}

/** An entry that cannot be taken, with the reason, which names it. */
export interface RefusedEntry {
  id: string;
  reason: string;
}

/** Entries that cannot be taken are set aside, and everything else is applied; or nothing is. */
export type ApplyResult = { ok: true; refused: readonly RefusedEntry[] } | { ok: false; reason: string };

/**
 * What holds the configuration in a gateway. Where an entry of a change cannot be taken, the last good version of that
 * thing stays, unless something else of the change has taken its place.
 */
export interface ConfigConsumer {
  /** Takes a whole configuration; works in slices, so that a large one does not hold up the event loop. */
  replace(snapshot: ConfigSnapshot): Promise<ApplyResult>;
  /** Takes one change; costs as much as the change has entries, however many routes there are. */
  apply(change: ConfigChange): ApplyResult;
  /** What is held now, or null before the first `replace`: references to the values, which no later change alters. */
  snapshot(): ConfigSnapshot | null;
}
