export interface TenantLookupsInput {
  /** Resolves a name for a tenant; null, or why there is no answer in time. Does not reject. */
  lookUp: (tenantId: string) => Promise<string | null>;
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number;
}

interface Lookup {
  failure: Promise<string | null>;
  /** Null while it is under way. */
  failedAtMs: number | null;
}

/**
 * Look-ups of one name, at most one at a time for each tenant, with a pause after one that failed. A failure says nothing to another
 * tenant: the tenant may have had no place left in its own queue.
 */
export class TenantLookups {
  /** By tenant; those that failed are in the order in which they did. */
  readonly #lookups = new Map<string, Lookup>();

  constructor(private readonly input: TenantLookupsInput) {}

  /** Null once the name was resolved, or why it was not; the failure of the last `pauseMs` is given again. */
  lookUp(tenantId: string, pauseMs: number): Promise<string | null> {
    this.#dropOlderThan(pauseMs);
    return (this.#lookups.get(tenantId) ?? this.#start(tenantId)).failure;
  }

  /** Whether a look-up is under way, or one has failed within the last `pauseMs`. */
  hasRecent(pauseMs: number): boolean {
    this.#dropOlderThan(pauseMs);
    return this.#lookups.size > 0;
  }

  #start(tenantId: string): Lookup {
    const lookup: Lookup = { failure: this.input.lookUp(tenantId), failedAtMs: null };
    this.#lookups.set(tenantId, lookup);
    void lookup.failure.then((failure) => {
      this.#lookups.delete(tenantId);
      if (failure === null) return;
      lookup.failedAtMs = this.input.nowMs();
      this.#lookups.set(tenantId, lookup);
    });
    return lookup;
  }

  #dropOlderThan(pauseMs: number): void {
    const nowMs = this.input.nowMs();
    for (const [tenantId, { failedAtMs }] of this.#lookups) {
      if (failedAtMs === null) continue;
      if (nowMs - failedAtMs < pauseMs) return;
      this.#lookups.delete(tenantId);
    }
  }
}
