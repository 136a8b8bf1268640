import { SerialQueue, WorkSlice, type Release } from '#libs/async';
import type { ConfigChange, ConfigPosition, ConfigSnapshot } from '#libs/contract';
import { areConsecutive } from '../are-consecutive.js';
import type { ConfigSink } from '../ports.js';
import type { InProcessConfigStore, StoredEntries } from './in-process-config-store.js';

export class InProcessConfigSink implements ConfigSink {
  readonly #writes = new SerialQueue();

  constructor(private readonly store: InProcessConfigStore) {}

  async readPosition(): Promise<ConfigPosition | null> {
    await Promise.resolve();
    const stored = this.store.read();
    return stored && { ...stored.position };
  }

  /** A process has a single API, which always leads. */
  lead(): Promise<boolean> {
    return Promise.resolve(true);
  }

  publish(...changes: ConfigChange[]): Promise<'published' | 'out_of_step'> {
    return this.#writes.run(() => Promise.resolve(this.#publishNow(changes)));
  }

  storeSnapshot(snapshot: ConfigSnapshot): Promise<'stored'> {
    return this.#writes.run(() => this.#storeSnapshotNow(snapshot));
  }

  /** This bus is always reachable, so there is nothing to call back for. */
  onReconnect(): Release {
    return () => undefined;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  #publishNow(changes: readonly ConfigChange[]): 'published' | 'out_of_step' {
    const stored = this.store.read();
    if (!stored || !areConsecutive(stored.position, changes)) return 'out_of_step';
    for (const { epoch, revision, entries } of changes) {
      for (const entry of entries) {
        if (entry.value === null) stored.entries.delete(entry.id);
        else stored.entries.set(entry.id, JSON.stringify(entry));
      }
      this.store.replace({ epoch, revision }, stored.entries);
    }
    for (const change of changes) this.store.announceChange(JSON.stringify(change));
    return 'published';
  }

  async #storeSnapshotNow(snapshot: ConfigSnapshot): Promise<'stored'> {
    const entries: StoredEntries = new Map();
    const slice = new WorkSlice();
    for (const entry of snapshot.entries) {
      entries.set(entry.id, JSON.stringify(entry));
      if (slice.isOver()) await slice.next();
    }
    const { epoch, revision, fleetId } = snapshot;
    this.store.replace({ epoch, revision }, entries, fleetId);
    this.store.announceDisturbance();
    return 'stored';
  }
}
