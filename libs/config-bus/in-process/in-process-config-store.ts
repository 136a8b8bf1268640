import type { Release } from '#libs/async';
import type { ConfigPosition } from '#libs/contract';
import type { ConfigListener } from '../ports.js';

/** Stored entries by their id; ids of different kinds never meet. */
export type StoredEntries = Map<string, string>;

interface Stored {
  position: ConfigPosition;
  fleetId: string | null;
  entries: StoredEntries;
}

/**
 * What Redis is for the other adapter: it holds JSON, so that nobody shares an object with anybody, and it tells
 * listeners of changes after the writer's call, in the order in which they were stored.
 */
export class InProcessConfigStore {
  private stored: Stored | null = null;
  private readonly listeners = new Set<ConfigListener>();

  read(): Stored | null {
    return this.stored;
  }

  /** The id of the fleet stays unless another one is given. */
  replace(position: ConfigPosition, entries: StoredEntries, fleetId = this.stored?.fleetId ?? null): void {
    this.stored = { position, fleetId, entries };
  }

  /** Loses everything that is stored; who listens goes on listening. */
  clear(): void {
    this.stored = null;
  }

  announceChange(payload: string): void {
    this.announce((listener) => listener.onChange(payload));
  }

  announceDisturbance(): void {
    this.announce((listener) => listener.onDisturbance());
  }

  listen(listener: ConfigListener): Release {
    const own: ConfigListener = {
      onChange: (payload) => listener.onChange(payload),
      onDisturbance: () => listener.onDisturbance(),
    };
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  private announce(tell: (listener: ConfigListener) => void): void {
    queueMicrotask(() => {
      for (const listener of this.listeners) tell(listener);
    });
  }
}
