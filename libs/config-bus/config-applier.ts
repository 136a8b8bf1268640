import { errorMessage, SerialQueue } from '#libs/async';
import type { ConfigPosition, ConfigSnapshot } from '#libs/contract';
import type { ApplyResult, ConfigConsumer, StoredSnapshot } from './ports.js';
import { parseChange, parseSnapshot } from './received-config.js';
import { RefusedEntries, type ReceivedRefusal } from './refused-entries.js';

/** The outcome of a received change or snapshot; `gap` means that the stored state must be read. */
export type ReceivedOutcome =
  { kind: 'applied' } | { kind: 'ignored' } | { kind: 'gap' } | { kind: 'refused'; reason: string };

type Entries = ConfigSnapshot['entries'];

/** The entries that are served, followed by the refused ones as they were received. */
export type KeptSnapshot = ConfigPosition & Pick<ConfigSnapshot, 'fleetId'> & { entries: readonly unknown[] };

/**
 * Applies valid changes and snapshots to the consumer in order, one at a time, and tracks the applied
 * position. Entries that cannot be applied are set aside. After `signal` is aborted, nothing more is applied.
 */
export class ConfigApplier {
  #applied: ConfigPosition | null = null;
  readonly #refusedEntries = new RefusedEntries();
  readonly #queue = new SerialQueue();

  constructor(
    private readonly consumer: ConfigConsumer,
    private readonly signal: AbortSignal,
    /** Reads the snapshot that was kept before this process started, for the last good versions in it. */
    private readonly readKept: () => Promise<StoredSnapshot | null> = () => Promise.resolve(null),
  ) {}

  get appliedPosition(): ConfigPosition | null {
    return this.#applied;
  }

  /** The entries that are set aside, and why; null if there are none. */
  get refusal(): string | null {
    return this.#refusedEntries.describe();
  }

  /** Whether this position, or a later one of the same epoch, is applied. */
  hasApplied(position: ConfigPosition): boolean {
    return this.#applied?.epoch === position.epoch && position.revision <= this.#applied.revision;
  }

  /**
   * The snapshot for the file. Entries that are set aside come last, for a later version of the gateway that
   * supports them.
   */
  snapshot(): KeptSnapshot | null {
    const served = this.consumer.snapshot();
    return served && { ...served, entries: [...served.entries, ...this.#refusedEntries.received()] };
  }

  takeSnapshot(stored: StoredSnapshot): Promise<ReceivedOutcome> {
    return this.#queue.run(() => this.#replace(stored));
  }

  /** Like `takeSnapshot`, but does nothing if a configuration is applied already. */
  takeFirstSnapshot(stored: StoredSnapshot): Promise<ReceivedOutcome> {
    const ignored: ReceivedOutcome = { kind: 'ignored' };
    return this.#queue.run(async () => (this.#applied === null ? this.#replace(stored) : ignored));
  }

  takeChange(payload: string): Promise<ReceivedOutcome> {
    return this.#queue.run(() => this.#change(payload));
  }

  async #replace(stored: StoredSnapshot): Promise<ReceivedOutcome> {
    if (this.hasApplied(stored)) return { kind: 'ignored' };
    const { valid, refused } = await parseSnapshot(stored);
    const entries = [...valid.entries, ...(await this.#lastGoodVersions(refused, valid.entries))];
    if (this.signal.aborted) return { kind: 'ignored' };
    const result = await tryToApply(() => this.consumer.replace({ ...valid, entries }));
    if (!result.ok) {
      return { kind: 'refused', reason: `snapshot of revision ${stored.revision}: ${result.reason}` };
    }
    this.#refusedEntries.clear();
    this.#refusedEntries.update([], [...receivedOf(result, entries), ...refused]);
    return this.#accept(stored);
  }

  async #change(payload: string): Promise<ReceivedOutcome> {
    const parsed = await parseChange(payload);
    if (this.signal.aborted) return { kind: 'ignored' };
    if (!parsed.ok) return { kind: 'refused', reason: `change: ${parsed.reason}` };
    const { valid, refused } = parsed.value;
    if (this.hasApplied(valid)) return { kind: 'ignored' };
    if (!this.#isNext(valid)) return { kind: 'gap' };
    const result = await tryToApply(() => this.consumer.apply(valid));
    if (!result.ok) {
      return { kind: 'refused', reason: `change of revision ${valid.revision}: ${result.reason}` };
    }
    const takenIds = valid.entries.map(({ id }) => id);
    this.#refusedEntries.update(takenIds, [...receivedOf(result, valid.entries), ...refused]);
    return this.#accept(valid);
  }

  // If an entry of a snapshot cannot be applied, its current version stays in use, as with a change. A
  // snapshot file has both versions.
  async #lastGoodVersions(refused: readonly ReceivedRefusal[], valid: Entries): Promise<Entries> {
    const ids = new Set(refused.map(({ id }) => id));
    for (const { id } of valid) ids.delete(id);
    if (ids.size === 0) return [];
    const served = this.consumer.snapshot()?.entries ?? (await this.#keptEntries());
    return served.filter(({ id }) => ids.has(id));
  }

  async #keptEntries(): Promise<Entries> {
    const kept = await this.readKept();
    return kept === null ? [] : (await parseSnapshot(kept)).valid.entries;
  }

  #isNext(position: ConfigPosition): boolean {
    return this.#applied?.epoch === position.epoch && position.revision === this.#applied.revision + 1;
  }

  #accept({ epoch, revision }: ConfigPosition): ReceivedOutcome {
    this.#applied = { epoch, revision };
    return { kind: 'applied' };
  }
}

function receivedOf({ refused }: Extract<ApplyResult, { ok: true }>, entries: Entries): ReceivedRefusal[] {
  return refused.map((refusal) => ({
    ...refusal,
    received: entries.findLast(({ id }) => id === refusal.id),
  }));
}

// A consumer that throws has a bug; the gateway keeps its configuration and reports the failure.
async function tryToApply(apply: () => ApplyResult | Promise<ApplyResult>): Promise<ApplyResult> {
  try {
    return await apply();
  } catch (bug) {
    return {
      ok: false,
      reason: `it could not be applied: ${errorMessage(bug)}`,
    };
  }
}
