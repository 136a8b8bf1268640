import type { ConfigPosition } from '#libs/contract';

export interface RedisKeys {
  /**
   * Hash of `epoch`, `revision`, `fleetId` and `lead`: the newest lead that was taken, which alone may change
   * this.
   */
  position: string;
  /** Hash of an entry's id → the JSON of the entry. */
  entries: string;
  /** The current lead; it expires unless its holder renews it. */
  lead: string;
  /** Channel of the JSON of changes, and of `snapshotAnnouncement`. */
  changes: string;
}

/**
 * The names in Redis. One hash tag keeps them in one slot of a cluster, so that one MULTI can change them
 * all.
 */
export function redisKeys(prefix: string): RedisKeys {
  const name = (what: string): string => `${prefix}:{config}:${what}`;
  return {
    position: name('position'),
    entries: name('entries'),
    lead: name('lead'),
    changes: name('changes'),
  };
}

/** Announces that the stored state has to be read; a change is JSON and starts with a brace. */
export const snapshotAnnouncement = 'snapshot';

/**
 * Parses the answer of HMGET for `epoch` and `revision`; null when there is no position, or an invalid one.
 */
export function parsePosition(fields: readonly unknown[]): ConfigPosition | null {
  const [epoch, revisionText] = fields;
  if (typeof epoch !== 'string' || typeof revisionText !== 'string') return null;
  const revision = /^[0-9]{1,15}$/.test(revisionText) ? Number(revisionText) : Number.NaN;
  return Number.isNaN(revision) ? null : { epoch, revision };
}
