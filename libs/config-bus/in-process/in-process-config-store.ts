import type { Release } from '#libs/async';
import type { ConfigPosition } from '#libs/contract';
import type { ConfigListener } from '../ports.js';

/** Stored entries by their id; ids of different kinds never collide. */
export type StoredEntries = Map<string, string>;

interface Stored {
  position: ConfigPosition;
  fleetId: string | null;
  entries: StoredEntries;
}

/**
 * Stands in for Redis: it stores JSON, so that no objects are shared, and notifies listeners of changes after
 * the call that stores them has returned, in the order of storing.
 */
export class InProcessConfigStore {
  #stored: Stored | null = null;
  readonly #listeners = new Set<ConfigListener>();

  read(): Stored | null {
    return this.#stored;
  }

  /** Keeps the id of the fleet unless an id is given. */
  replace(position: ConfigPosition, entries: StoredEntries, fleetId = this.#stored?.fleetId ?? null): void {
    this.#stored = { position, fleetId, entries };
  }

  /** Drops everything that is stored; listeners stay. */
  clear(): void {
    this.#stored = null;
  }

  announceChange(payload: string): void {
    this.#announce((listener) => listener.onChange(payload));
  }

  announceDisturbance(): void {
    this.#announce((listener) => listener.onDisturbance());
  }

  listen(listener: ConfigListener): Release {
    const own: ConfigListener = {
      onChange: (payload) => listener.onChange(payload),
      onDisturbance: () => listener.onDisturbance(),
    };
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  #announce(notify: (listener: ConfigListener) => void): void {
    queueMicrotask(() => {
      for (const listener of this.#listeners) notify(listener);
    });
  }
}
