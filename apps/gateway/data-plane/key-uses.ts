import type { Answer } from '#libs/fleet';

type KeyUse = Answer<'takeKeyUses'>['uses'][number];

const repeatEveryMs = 60_000;
const maxUses = 1000;

/**
 * Records the API keys that opened connections here, with the time of the last use, until the API takes them.
 * Each key is taken at most once a minute, so that a key in heavy use does not load the database. There is
 * one entry for each key.
 */
export class KeyUses {
  readonly #usedAtMs = new Map<string, number>();
  readonly #takenAtMs = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  record(apiKeyId: string): void {
    this.#usedAtMs.set(apiKeyId, this.now());
  }

  /** Returns and removes at most 1,000 uses. */
  take(): KeyUse[] {
    const now = this.now();
    for (const [id, takenAtMs] of this.#takenAtMs) {
      if (Math.abs(now - takenAtMs) >= repeatEveryMs) this.#takenAtMs.delete(id);
    }
    const uses: KeyUse[] = [];
    for (const [apiKeyId, usedAtMs] of this.#usedAtMs) {
      if (uses.length === maxUses) break;
      if (this.#takenAtMs.has(apiKeyId)) continue;
      uses.push({ apiKeyId, at: new Date(usedAtMs).toISOString() });
      this.#usedAtMs.delete(apiKeyId);
      this.#takenAtMs.set(apiKeyId, now);
    }
    return uses;
  }
}
