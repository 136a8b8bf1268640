import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import type { FetchKeySetResult } from './fetch-key-set.js';

export interface RemoteKeySetInput {
  /** Bounded in time by whoever gives it. */
  fetch: () => Promise<FetchKeySetResult>;
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number;
  /** Called when a newer set could not be had, and the one before it is kept. */
  onKept: (detail: string) => void;
}

export type KeySetResult = { ok: true; keySet: LocalJWKSet } | { ok: false; detail: string };

const maxAgeMs = 600_000;
/** A source is asked again at most so often, whatever clients present. */
const coolDownMs = 30_000;
const firstCoolDownMs = 5000;

/**
 * The keys of one source: fetched when first needed, kept for 10 minutes, then fetched anew while the old ones go on
 * being used. While the source is away the last good set stays. All who wait share one fetch.
 */
export class RemoteKeySet {
  #current: LocalJWKSet | null = null;
  #fetchedAtMs = 0;
  #attemptedAtMs = -Infinity;
  #refresh: Promise<void> | null = null;
  #lastFailure = 'not fetched yet';

  constructor(private readonly input: RemoteKeySetInput) {}

  /** Waits for the first fetch alone; fails at once for 5 seconds after one that failed. */
  async get(): Promise<KeySetResult> {
    const known = this.#current;
    const isOld = this.input.nowMs() - this.#fetchedAtMs >= maxAgeMs;
    const refresh = known === null || isOld ? this.#mayRefresh() : null;
    if (known === null) await refresh;
    const keySet = known ?? this.#latest();
    return keySet ? { ok: true, keySet } : { ok: false, detail: this.#lastFailure };
  }

  /** A set fetched after `outdated`, in which a key was not found; null where none can be had now. */
  async newerThan(outdated: LocalJWKSet): Promise<LocalJWKSet | null> {
    if (this.#current === outdated) await this.#mayRefresh();
    return this.#current === outdated ? null : this.#current;
  }

  #latest(): LocalJWKSet | null {
    return this.#current;
  }

  #mayRefresh(): Promise<void> {
    if (this.#refresh) return this.#refresh;
    const waitMs = this.#current ? coolDownMs : firstCoolDownMs;
    if (this.input.nowMs() - this.#attemptedAtMs < waitMs) return Promise.resolve();
    this.#attemptedAtMs = this.input.nowMs();
    this.#refresh = this.#fetch().finally(() => (this.#refresh = null));
    return this.#refresh;
  }

  async #fetch(): Promise<void> {
    const result = await this.input.fetch();
    if (result.ok) {
      this.#current = createLocalJWKSet(result.keys);
      this.#fetchedAtMs = this.input.nowMs();
      return;
    }
    this.#lastFailure = result.detail;
    if (this.#current) this.input.onKept(result.detail);
  }
}
