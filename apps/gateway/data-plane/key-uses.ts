import type { Answer } from '#libs/fleet';

type KeyUse = Answer<'takeKeyUses'>['uses'][number];

const repeatEveryMs = 60_000;
const maxUses = 1000;

/**
 * Which API keys have opened connections here, and when last, until the API takes it over. Each key is handed out once
 * a minute at most, so that one in heavy use costs the database no more than that. It is as large as there are keys.
 */
export class KeyUses {
  readonly #usedAtMs = new Map<string, number>();
  readonly #takenAtMs = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  record(apiKeyId: string): void {
    this.#usedAtMs.set(apiKeyId, this.now());
  }

  /** At most 1,000 of them; what is handed out is forgotten here. */
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
