import { createLocalJWKSet, type LocalJWKSet } from 'jose';
import type { FetchKeySetResult } from './fetch-key-set.js';
import { TenantLookups } from './tenant-lookups.js';

export interface RemoteKeySetInput {
  /**
   * Resolves the name of the source for a tenant, so that the fetch, which all tenants share, never waits in
   * the queue of one tenant. Resolves with null, or with the reason why the name was not resolved in time.
   */
  lookUp: (tenantId: string) => Promise<string | null>;
  /** Must have its own time limit. */
  fetch: (tenantId: string) => Promise<FetchKeySetResult>;
  /** Milliseconds of a monotonic clock. */
  nowMs: () => number;
  /** Called when a newer set could not be fetched and the previous one stays in use. */
  onKept: (detail: string) => void;
}

export type KeySetResult = { ok: true; keySet: LocalJWKSet } | { ok: false; detail: string };

const maxAgeMs = 600_000;
/**
 * The pause between two fetches of a source, and after a failed look-up of its name, regardless of the tokens
 * that arrive.
 */
const pauseMs = 30_000;
const pauseBeforeFirstSetMs = 5000;

/**
 * The keys of one source: fetched on first use, kept for 10 minutes, then fetched again while the old ones
 * remain in use. While the source is unavailable, the last good set stays in use. All waiting requests share
 * one fetch.
 */
export class RemoteKeySet {
  #current: LocalJWKSet | null = null;
  #fetchedAtMs = 0;
  #attemptedAtMs = -Infinity;
  #refresh: Promise<void> | null = null;
  #lastFailure = 'not fetched yet';

  readonly #lookups: TenantLookups;

  constructor(private readonly input: RemoteKeySetInput) {
    this.#lookups = new TenantLookups(input);
  }

  get hasKeys(): boolean {
    return this.#current !== null;
  }

  /**
   * Whether this may be evicted: a new key set for the source would neither look up the name nor fetch sooner
   * than this one.
   */
  get canEvict(): boolean {
    return this.#refresh === null && this.#sinceAttemptMs() >= pauseMs && !this.#lookups.hasRecent(pauseMs);
  }

  /** Waits only for the first fetch; for 5 seconds after a failed one it fails at once. */
  async get(tenantId: string): Promise<KeySetResult> {
    const known = this.#current;
    const isOld = this.input.nowMs() - this.#fetchedAtMs >= maxAgeMs;
    const refresh = known === null || isOld ? this.#mayRefresh(tenantId) : null;
    if (known === null) await refresh;
    const keySet = known ?? this.#latest();
    return keySet ? { ok: true, keySet } : { ok: false, detail: this.#lastFailure };
  }

  /**
   * A set fetched after `outdated`, no key of which verified a token; null if there is none at the moment.
   */
  async newerThan(outdated: LocalJWKSet, tenantId: string): Promise<LocalJWKSet | null> {
    if (this.#current === outdated) await this.#mayRefresh(tenantId);
    return this.#current === outdated ? null : this.#current;
  }

  #latest(): LocalJWKSet | null {
    return this.#current;
  }

  #sinceAttemptMs(): number {
    return this.input.nowMs() - this.#attemptedAtMs;
  }

  get #pauseMs(): number {
    return this.#current ? pauseMs : pauseBeforeFirstSetMs;
  }

  #isPausing(): boolean {
    return this.#sinceAttemptMs() < this.#pauseMs;
  }

  async #mayRefresh(tenantId: string): Promise<void> {
    if (this.#refresh === null) {
      if (this.#isPausing()) return;
      const failure = await this.#lookups.lookUp(tenantId, this.#pauseMs);
      if (failure !== null) {
        this.#lastFailure = failure;
        return;
      }
    }
    // Another tenant may have started the fetch meanwhile.
    if (this.#refresh === null && !this.#isPausing()) {
      this.#attemptedAtMs = this.input.nowMs();
      this.#refresh = this.#fetch(tenantId).finally(() => (this.#refresh = null));
    }
    await this.#refresh;
  }

  async #fetch(tenantId: string): Promise<void> {
    const result = await this.input.fetch(tenantId);
    if (result.ok) {
      this.#current = createLocalJWKSet({ keys: result.keys });
      this.#fetchedAtMs = this.input.nowMs();
      return;
    }
    this.#lastFailure = result.detail;
    if (this.#current) this.input.onKept(result.detail);
  }
}
