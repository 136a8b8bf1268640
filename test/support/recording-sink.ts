import type { Release } from '#libs/async';
import type { ConfigSink } from '#libs/config-bus';
import type { ConfigChange, ConfigPosition, ConfigSnapshot } from '#libs/contract';

/** A sink that records published changes, and that a test can make unreachable. */
export class RecordingSink implements ConfigSink {
  readonly changes: ConfigChange[] = [];
  readonly snapshots: ConfigSnapshot[] = [];
  position: ConfigPosition | null = null;
  isAway = false;
  readonly #reconnected = new Set<() => void>();

  async readPosition(): Promise<ConfigPosition | null> {
    this.#requireReach();
    return Promise.resolve(this.position);
  }

  async lead(): Promise<boolean> {
    this.#requireReach();
    return Promise.resolve(true);
  }

  async publish(...changes: ConfigChange[]): Promise<'published' | 'out_of_step'> {
    this.#requireReach();
    for (const change of changes) {
      const { epoch, revision } = change;
      if (this.position?.epoch !== epoch || this.position.revision !== revision - 1) return 'out_of_step';
      this.position = { epoch, revision };
      this.changes.push(change);
    }
    return Promise.resolve('published');
  }

  async storeSnapshot(snapshot: ConfigSnapshot): Promise<'stored'> {
    this.#requireReach();
    this.position = { epoch: snapshot.epoch, revision: snapshot.revision };
    this.snapshots.push(snapshot);
    return Promise.resolve('stored');
  }

  onReconnect(listener: () => void): Release {
    this.#reconnected.add(listener);
    return () => this.#reconnected.delete(listener);
  }

  /** Becomes reachable again, and notifies its listeners. */
  comeBack(): void {
    this.isAway = false;
    for (const listener of this.#reconnected) listener();
  }

  get listenerCount(): number {
    return this.#reconnected.size;
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  #requireReach(): void {
    if (this.isAway) throw new Error('the bus cannot be reached');
  }
}
