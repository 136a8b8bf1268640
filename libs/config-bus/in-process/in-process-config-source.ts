import type { Release } from '#libs/async';
import type { ConfigPosition } from '#libs/contract';
import type { ConfigListener, ConfigSource, StoredSnapshot } from '../ports.js';
import type { InProcessConfigStore } from './in-process-config-store.js';

export class InProcessConfigSource implements ConfigSource {
  readonly #releases = new Set<Release>();

  constructor(private readonly store: InProcessConfigStore) {}

  async subscribe(listener: ConfigListener): Promise<Release> {
    await Promise.resolve();
    const stopListening = this.store.listen(listener);
    const release = (): void => {
      stopListening();
      this.#releases.delete(release);
    };
    this.#releases.add(release);
    return release;
  }

  async readPosition(): Promise<ConfigPosition | null> {
    const position = this.store.read()?.position;
    // Earlier changes are announced before the caller continues.
    await Promise.resolve();
    return position ? { ...position } : null;
  }

  async readSnapshot(): Promise<StoredSnapshot | null> {
    const stored = this.store.read();
    const snapshot = stored && {
      ...stored.position,
      fleetId: stored.fleetId,
      entries: [...stored.entries.values()],
    };
    await Promise.resolve();
    return snapshot;
  }

  async close(): Promise<void> {
    for (const release of this.#releases) release();
    await Promise.resolve();
  }
}
