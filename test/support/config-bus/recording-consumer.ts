import type { ConfigChange, ConfigEntry, ConfigPosition, ConfigSnapshot } from '#libs/contract';
import type { ApplyResult, ConfigConsumer } from '#libs/config-bus';

/** A consumer that keeps the applied entries and counts snapshots and changes. */
export class RecordingConsumer implements ConfigConsumer {
  #held = new Map<string, ConfigEntry>();
  #position: ConfigPosition | null = null;
  fleetId: string | null = null;
  replaced = 0;
  applied: number[] = [];
  /** Decides which entries to refuse, and the reason. */
  objection: (entries: ConfigEntry[]) => string | null = () => null;

  async replace(snapshot: ConfigSnapshot): Promise<ApplyResult> {
    await Promise.resolve();
    const reason = this.objection(snapshot.entries);
    if (reason !== null) return { ok: false, reason };
    this.#held = new Map(snapshot.entries.map((entry) => [entry.id, entry]));
    this.#position = { epoch: snapshot.epoch, revision: snapshot.revision };
    this.fleetId = snapshot.fleetId;
    this.replaced += 1;
    return { ok: true, refused: [] };
  }

  apply(change: ConfigChange): ApplyResult {
    const reason = this.objection(change.entries);
    if (reason !== null) return { ok: false, reason };
    for (const entry of change.entries) {
      if (entry.value === null) this.#held.delete(entry.id);
      else this.#held.set(entry.id, entry);
    }
    this.#position = { epoch: change.epoch, revision: change.revision };
    this.applied.push(change.revision);
    return { ok: true, refused: [] };
  }

  snapshot(): ConfigSnapshot | null {
    const { fleetId } = this;
    const position = this.#position;
    return position && { ...position, fleetId, entries: [...this.#held.values()] };
  }

  get ids(): string[] {
    return [...this.#held.keys()].sort();
  }
}
