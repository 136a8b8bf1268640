export interface TenantLookupsInput {
  /**
   * Resolves a name for a tenant. Resolves with null, or with the reason for the failure. Does not reject.
   */
  lookUp: (tenantId: string) => Promise<string | null>;
  /** Milliseconds of a monotonic clock. */
  nowMs: () => number;
}

interface Lookup {
  failure: Promise<string | null>;
  /** Null while the look-up runs. */
  failedAtMs: number | null;
}

/**
 * Look-ups of one name, at most one at a time for each tenant, with a pause after a failure. A failure is not
 * shared with other tenants, since the queue of that tenant may have been full.
 */
export class TenantLookups {
  /** By tenant; failed ones in the order of their failures. */
  readonly #lookups = new Map<string, Lookup>();

  constructor(private readonly input: TenantLookupsInput) {}

  /**
   * Resolves with null, or with the reason why the name was not resolved; a failure of the last `pauseMs` is
   * repeated.
   */
  lookUp(tenantId: string, pauseMs: number): Promise<string | null> {
    this.#dropOlderThan(pauseMs);
    return (this.#lookups.get(tenantId) ?? this.#start(tenantId)).failure;
  }

  /** Whether a look-up is running, or has failed within the last `pauseMs`. */
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
