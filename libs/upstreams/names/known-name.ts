import { isIP } from 'node:net';
import { isOutage } from './is-outage.js';
import type { ResolvedName } from './name-servers.js';

export type ResolvedAddresses = readonly { address: string }[];

// The TTL of a name is applied within these bounds.
const minLifeMs = 1000;
const maxLifeMs = 60_000;
/** How long expired addresses may be used while no new answer arrives (RFC 8767 §5). */
const staleForMs = 300_000;
/** How long a failure is cached (RFC 9520 §3.2); c-ares does not report a TTL for it. */
const failureLifeMs = 5000;
// A request dials at most 16 times, so more addresses only take memory.
const maxAddresses = 64;

/** The cached answer for one name: its addresses or the failure, and its expiry. */
export class KnownName {
  /** The IPv4 addresses, then the IPv6 addresses. */
  #families: readonly [ResolvedAddresses, ResolvedAddresses] | null = null;
  #failure: unknown = new Error('the name has not been queried yet');
  #answeredAtMs = -Infinity;
  #freshUntilMs = -Infinity;
  #usableUntilMs = -Infinity;
  #askedAtMs: number | null = null;
  #turn: number;

  constructor(
    private readonly now: () => number,
    random: () => number,
  ) {
    // Random, so that the gateways of a fleet do not all start with the first address.
    this.#turn = Math.floor(random() * 65_536);
  }

  /** Whether the answer, or the failure, is used without a new query. */
  get isFresh(): boolean {
    return this.now() < this.#freshUntilMs;
  }

  /** Whether the answer is too new for another query to change it. */
  get isRecent(): boolean {
    return this.now() - this.#answeredAtMs < minLifeMs;
  }

  /** Whether there are addresses that may be used during a new query. */
  get isUsable(): boolean {
    return this.#families !== null && this.now() < this.#usableUntilMs;
  }

  /** Milliseconds since the current query started; 0 if there is none. */
  get queryingForMs(): number {
    return this.#askedAtMs === null ? 0 : this.now() - this.#askedAtMs;
  }

  noteQueryStarted(): void {
    this.#askedAtMs ??= this.now();
  }

  /**
   * The addresses, of both families in turn (RFC 8305 §4), IPv4 first; each call starts with the next one of
   * its family. Throws the failure if there are none.
   */
  take(): ResolvedAddresses {
    if (this.#families === null) throw this.#failure;
    this.#turn += 1;
    const [ipv4, ipv6] = this.#families;
    return interleaved(rotated(ipv4, this.#turn), rotated(ipv6, this.#turn));
  }

  keep({ addresses, lifeMs }: ResolvedName): void {
    this.#note();
    const kept = addresses.slice(0, maxAddresses).map((address) => ({ address }));
    this.#families = [
      kept.filter(({ address }) => isIP(address) === 4),
      kept.filter(({ address }) => isIP(address) !== 4),
    ];
    this.#freshUntilMs = this.now() + Math.min(Math.max(lifeMs, minLifeMs), maxLifeMs);
    this.#usableUntilMs = this.#freshUntilMs + staleForMs;
  }

  /**
   * Drops the addresses of a name that no longer exists, and keeps them if no server
   * answers: they may still be right.
   */
  keepFailure(error: unknown): void {
    this.#note();
    this.#freshUntilMs = this.now() + failureLifeMs;
    if (this.isUsable && isOutage(error)) return;
    this.#families = null;
    this.#failure = error;
  }

  #note(): void {
    this.#answeredAtMs = this.now();
    this.#askedAtMs = null;
  }
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function interleaved<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
  const pairs = one.flatMap((item, index) => [item, ...other.slice(index, index + 1)]);
  return [...pairs, ...other.slice(one.length)];
}
