import { isIP } from 'node:net';
import type { ResolvedName } from './name-servers.js';

export type ResolvedAddresses = readonly { address: string }[];

// The owner of a name says how long its addresses are valid, within these bounds.
const minLifeMs = 1000;
const maxLifeMs = 60_000;
/** How long addresses may be used after their time while no new answer comes (RFC 8767 §5). */
const staleForMs = 300_000;
/** How long a failure is kept (RFC 9520 §3.2); a name server does not say so through c-ares. */
const failureLifeMs = 5000;
// A request dials 16 times at most; more only take memory.
const maxAddresses = 64;

/** What is known of one name: its addresses, or why there are none, and until when. */
export class KnownName {
  /** Those of IPv4, then those of IPv6. */
  #families: readonly [ResolvedAddresses, ResolvedAddresses] | null = null;
  #failure: unknown = new Error('the name was not asked for yet');
  #answeredAtMs = -Infinity;
  #freshUntilMs = -Infinity;
  #usableUntilMs = -Infinity;
  #askedAtMs: number | null = null;
  #turn: number;

  constructor(
    private readonly now: () => number,
    random: () => number,
  ) {
    // Not the same in all gateways, which would otherwise all start with the first address.
    this.#turn = Math.floor(random() * 65_536);
  }

  /** Whether the answer, or the failure, is to be believed without asking. */
  get isFresh(): boolean {
    return this.now() < this.#freshUntilMs;
  }

  /** Whether the answer is so young that asking again would say nothing new. */
  get isRecent(): boolean {
    return this.now() - this.#answeredAtMs < minLifeMs;
  }

  /** Whether there are addresses that may be used while the name is asked again. */
  get isUsable(): boolean {
    return this.#families !== null && this.now() < this.#usableUntilMs;
  }

  /** For how long the question has been under way. */
  get askingForMs(): number {
    return this.#askedAtMs === null ? 0 : this.now() - this.#askedAtMs;
  }

  noteQuestion(): void {
    this.#askedAtMs ??= this.now();
  }

  /** The addresses, those of IPv4 first; each call starts with the next one of its family. Throws the failure where there are none. */
  take(): ResolvedAddresses {
    if (this.#families === null) throw this.#failure;
    this.#turn += 1;
    return this.#families.flatMap((addresses) => rotated(addresses, this.#turn));
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

  /** Drops the addresses of a name that does not exist any more, and keeps them where no server answers: they may still be right. */
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

function isOutage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code !== 'ENOTFOUND' && code !== 'ENODATA';
}
