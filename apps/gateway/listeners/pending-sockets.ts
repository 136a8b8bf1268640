import type { Duplex } from 'node:stream';
import { addressBlock } from '#libs/addresses';
import { Occupancy } from './occupancy.js';

export interface PendingBounds {
  /**
   * The number of places of one client address; ten times as many of its sockets may be pending. 0: no limit.
   */
  perAddress: number;
  /**
   * The maximum number of sockets of all addresses; at most half of them are sockets of an address beyond the
   * number of its places. 0: no limit.
   */
  total: number;
  /**
   * Whether the address is a proxy, which stands for many clients, so that no bound of one address applies.
   */
  isProxy(address: string): boolean;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
}

/** The bound that a socket would exceed. */
export type PendingRefusal = 'pending_address' | 'pending_total';

/** The key of a pending socket that keeps its own entry, which costs less than a table. */
export class PendingPlace {
  /** @internal Null: it is not pending. */
  entry: PendingSocket | null = null;
}

/** The key of a pending socket: the socket, or a text if its server uses another object for it later. */
export type PendingKey = Duplex | PendingPlace | string;

interface PendingSocket {
  /** Null: a proxy. */
  address: PendingAddress | null;
  /** Whether its request was read, and has a place. */
  hasPlace: boolean;
  /** Null if the owner of the socket calls `closed`, or the socket is no longer pending. */
  watched: WatchedSocket | null;
}

interface WatchedSocket {
  socket: Duplex;
  onClose: () => void;
}

interface PendingAddress {
  block: string;
  places: Occupancy;
  sockets: Occupancy;
}

const socketsPerPlace = 10;
// So in a second an address can have as many requests refused as it has places, and twice as many answered
// with 429.
const placeRecoveryMs = 1000;
/** After this time nothing of an address is kept back any more. */
export const socketRecoveryMs = 5000;
const maxIdleAddresses = 1000;

/**
 * Client sockets from their acceptance until their request is admitted or they close. An address has a number
 * of places for requests that are not admitted yet; a request without a place is answered with 429. A socket
 * takes no place before its request is read: otherwise sockets whose requests are read a moment later would
 * have those of the same crowd refused that are read first. A socket is refused only far beyond the number of
 * places. So a client that opens sockets and is never admitted holds a bounded number of them, and there is
 * room for others. A place that did not lead to an admission becomes free late, which bounds the rate of
 * refused requests.
 */
export class PendingSockets {
  // Not a Map of sockets: it would keep most of them until a full collection, with everything they refer to,
  // which was 10 KiB for each short connection (see `ConnectionPlace` in libs/connections). A WeakMap does
  // not link an old table to a new one.
  readonly #bySocket = new WeakMap<Duplex, PendingSocket>();
  readonly #byText = new Map<string, PendingSocket>();
  readonly #addresses = new Map<string, PendingAddress>();
  readonly #now: () => number;
  #size = 0;
  /** The sockets of each address beyond the number of its places, of all addresses. */
  #surplus = 0;

  constructor(private readonly bounds: PendingBounds) {
    this.#now = bounds.now ?? (() => performance.now());
  }

  get size(): number {
    return this.#size;
  }

  /** The number of remembered addresses. */
  get addresses(): number {
    return this.#addresses.size;
  }

  /** Adds a pending socket under `key` until it closes; null unless it is refused. */
  take(key: PendingKey, socket: Duplex & { remoteAddress?: string | undefined }): PendingRefusal | null {
    const refusal = this.takeUnwatched(key, socket.remoteAddress ?? '');
    const pending = refusal === null ? this.#get(key) : undefined;
    if (pending === undefined) return refusal;
    pending.watched = { socket, onClose: () => this.closed(key) };
    socket.on('close', pending.watched.onClose);
    return null;
  }

  /** Does the same for a socket of this address whose owner calls `closed`. */
  takeUnwatched(key: PendingKey, text: string): PendingRefusal | null {
    const address = this.#addressOf(text);
    if (address?.sockets.isFull === true) return 'pending_address';
    if (this.#isTotalReached(this.#size, address)) return 'pending_total';
    const pending: PendingSocket = { address: null, hasPlace: false, watched: null };
    this.#set(key, pending);
    this.#enter(pending, address);
    return null;
  }

  /** Counts the socket for another address from now on, which its proxy named. */
  move(key: PendingKey, text: string): PendingRefusal | null {
    const pending = this.#get(key);
    if (pending === undefined) return null;
    const address = this.#addressOf(text);
    if (address?.sockets.isFull === true) return 'pending_address';
    if (this.#isTotalReached(this.#size - 1, address)) return 'pending_total';
    this.#leave(pending, { isWasted: false });
    this.#enter(pending, address);
    return null;
  }

  /**
   * Takes a place for a request that was read, with its client address. Returns false if none is free. Safe
   * to call again.
   */
  claim(key: PendingKey, text: string): boolean {
    const pending = this.#get(key);
    if (pending === undefined) return true;
    const address = this.#addressOf(text);
    if (pending.address !== address) {
      this.#leave(pending, { isWasted: false });
      this.#enter(pending, address);
    }
    if (pending.hasPlace || address === null) return true;
    if (address.places.isFull) return false;
    address.places.take();
    pending.hasPlace = true;
    return true;
  }

  /**
   * Call it when the request is admitted; its place is free at once. Safe to call twice, and for sockets that
   * are not pending.
   */
  admitted(key: PendingKey): void {
    this.#remove(key, { isWasted: false });
  }

  /** The socket has closed, and its request was not admitted. Safe to call for one that is not pending. */
  closed(key: PendingKey): void {
    this.#remove(key, { isWasted: true });
  }

  #remove(key: PendingKey, use: { isWasted: boolean }): void {
    const pending = this.#get(key);
    if (pending === undefined) return;
    this.#delete(key);
    // Otherwise a connection that lives for days would keep this object.
    pending.watched?.socket.off('close', pending.watched.onClose);
    pending.watched = null;
    this.#leave(pending, use);
  }

  #get(key: PendingKey): PendingSocket | undefined {
    if (key instanceof PendingPlace) return key.entry ?? undefined;
    return typeof key === 'string' ? this.#byText.get(key) : this.#bySocket.get(key);
  }

  #set(key: PendingKey, pending: PendingSocket): void {
    this.#size += 1;
    if (key instanceof PendingPlace) key.entry = pending;
    else if (typeof key === 'string') this.#byText.set(key, pending);
    else this.#bySocket.set(key, pending);
  }

  #delete(key: PendingKey): void {
    this.#size -= 1;
    if (key instanceof PendingPlace) key.entry = null;
    else if (typeof key === 'string') this.#byText.delete(key);
    else this.#bySocket.delete(key);
  }

  #enter(pending: PendingSocket, address: PendingAddress | null): void {
    pending.address = address;
    if (address === null) return;
    if (this.#isCrowded(address)) this.#surplus += 1;
    address.sockets.take();
  }

  #leave(pending: PendingSocket, use: { isWasted: boolean }): void {
    const { address, hasPlace } = pending;
    if (address === null) return;
    address.sockets.giveBack(use);
    if (this.#isCrowded(address)) this.#surplus -= 1;
    if (hasPlace) address.places.giveBack(use);
    pending.hasPlace = false;
  }

  // Otherwise a few addresses with all of their sockets could use up the total and block addresses with few.
  #isTotalReached(others: number, address: PendingAddress | null): boolean {
    const { total } = this.bounds;
    if (total === 0) return false;
    return others >= total || (address !== null && this.#isCrowded(address) && this.#surplus >= total / 2);
  }

  /** Whether one more socket of the address is beyond the number of its places. */
  #isCrowded({ sockets }: PendingAddress): boolean {
    return sockets.held >= this.bounds.perAddress;
  }

  #addressOf(text: string): PendingAddress | null {
    const { perAddress } = this.bounds;
    if (perAddress === 0 || this.bounds.isProxy(text)) return null;
    const block = addressBlock(text);
    const known = this.#addresses.get(block);
    if (known) return known;
    if (this.#addresses.size >= 2 * this.#size + maxIdleAddresses) this.#forgetIdle();
    const now = this.#now;
    const places = new Occupancy({ bound: perAddress, recoveryMs: placeRecoveryMs, now });
    const maxSockets = perAddress * socketsPerPlace;
    const sockets = new Occupancy({ bound: maxSockets, recoveryMs: socketRecoveryMs, now });
    const address = { block, places, sockets };
    this.#addresses.set(block, address);
    return address;
  }

  #forgetIdle(): void {
    for (const { block, places, sockets } of this.#addresses.values()) {
      if (places.isEmpty && sockets.isEmpty) this.#addresses.delete(block);
    }
  }
}
