import type { Socket } from 'node:net';
import { addressBlock } from '#libs/addresses';

export interface PendingBounds {
  /** Most for one client address, and most that may end without having been joined in a second; 0: any number. */
  perAddress: number;
  /** Most for all together; 0: any number. */
  total: number;
  /** Proxies, which stand for many clients: no bound of one address holds for them. */
  isProxy(address: string): boolean;
  /** Milliseconds, from any moment on. */
  now?: () => number;
}

/** Which bound has no place left. */
export type PendingRefusal = 'pending_address' | 'pending_total';

interface Place {
  socket: Socket;
  /** Null: of a proxy. */
  address: CountedAddress | null;
  onClose: () => void;
}

interface CountedAddress {
  block: string;
  places: number;
  /** Places that are kept for sockets that were not joined, as of `atMs`; they come back evenly, all of them in a second. */
  kept: number;
  atMs: number;
}

const mostForgotten = 1000;

/**
 * The sockets of clients from the moment of their acceptance until they are joined or closed. Whoever opens sockets and
 * never gets so far holds a bounded number of them, so that there is room for others. A place that was not used to
 * join comes back late, so that nobody has requests refused faster than that either: an address that floods costs no more
 * than taking its sockets and dropping them.
 */
export class PendingSockets {
  readonly #places = new Map<unknown, Place>();
  readonly #addresses = new Map<string, CountedAddress>();
  readonly #now: () => number;

  constructor(private readonly bounds: PendingBounds) {
    this.#now = bounds.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#places.size;
  }

  /** Null: it has a place, until it is joined or closes. `key` is what it is known by. */
  take(key: unknown, socket: Socket): PendingRefusal | null {
    const { total } = this.bounds;
    if (total > 0 && this.#places.size >= total) return 'pending_total';
    const address = this.#addressOf(socket.remoteAddress ?? '');
    if (this.#isFull(address)) return 'pending_address';
    const onClose = (): void => this.#end(key);
    socket.on('close', onClose);
    this.#places.set(key, { socket, address, onClose });
    if (address) address.places += 1;
    return null;
  }

  /** It counts for this address from now on, for which a proxy spoke. */
  move(key: unknown, text: string): PendingRefusal | null {
    const place = this.#places.get(key);
    if (place === undefined) return null;
    const address = this.#addressOf(text);
    if (this.#isFull(address)) return 'pending_address';
    if (place.address) place.address.places -= 1;
    if (address) address.places += 1;
    place.address = address;
    return null;
  }

  /** Its place is free at once. Safe to call twice, and for what has none. */
  joined(key: unknown): void {
    const place = this.#leave(key);
    // A connection that lives for days is not to keep this.
    place?.socket.off('close', place.onClose);
  }

  #end(key: unknown): void {
    const address = this.#leave(key)?.address;
    if (!address) return;
    this.#bringBack(address);
    address.kept += 1;
  }

  #leave(key: unknown): Place | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#places.delete(key);
    if (place.address) place.address.places -= 1;
    return place;
  }

  #addressOf(text: string): CountedAddress | null {
    if (this.bounds.perAddress === 0 || this.bounds.isProxy(text)) return null;
    const block = addressBlock(text);
    const known = this.#addresses.get(block);
    if (known) return known;
    if (this.#addresses.size >= 2 * this.#places.size + mostForgotten) this.#forget();
    const address = { block, places: 0, kept: 0, atMs: this.#now() };
    this.#addresses.set(block, address);
    return address;
  }

  #isFull(address: CountedAddress | null): boolean {
    if (address === null) return false;
    this.#bringBack(address);
    return address.places + address.kept > this.bounds.perAddress - 1;
  }

  #bringBack(address: CountedAddress): void {
    const nowMs = this.#now();
    address.kept = Math.max(0, address.kept - ((nowMs - address.atMs) / 1000) * this.bounds.perAddress);
    address.atMs = nowMs;
  }

  #forget(): void {
    for (const address of this.#addresses.values()) {
      this.#bringBack(address);
      if (address.places === 0 && address.kept === 0) this.#addresses.delete(address.block);
    }
  }
}
