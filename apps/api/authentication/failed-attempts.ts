import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressBlock } from '#libs/addresses';
import { ProblemError } from '../http/problem-error.js';

const maxFailures = 20;
const windowMs = 60_000;
/** About 1 MB for each of the two maps. */
const maxRemembered = 10_000;

interface Failures {
  count: number;
  sinceMs: number;
}

/**
 * Counts refused credentials for each client address (a /64 in IPv6). After 20 within a minute, no credential
 * of that address is looked up until the minute is over, except those that were valid before. So clients that
 * share an address with an attacker (NAT, a proxy) keep working; only new ones are locked out. Memory is
 * bounded: the least recently used address is dropped first.
 */
@Injectable()
export class FailedAttempts {
  readonly #failures = new Map<string, Failures>();
  readonly #valid = new Map<string, true>();

  /** The seconds until this credential is looked up for this address; 0: it is looked up now. */
  blockedSeconds(address: string | null, token: string, nowMs = performance.now()): number {
    const failures = this.#failures.get(addressBlock(address ?? ''));
    if (failures === undefined || failures.count < maxFailures) return 0;
    const remainingMs = failures.sinceMs + windowMs - nowMs;
    return remainingMs <= 0 || this.#valid.has(digestOf(token)) ? 0 : Math.ceil(remainingMs / 1000);
  }

  /** Counts a refused credential. */
  add(address: string | null, token: string, nowMs = performance.now()): void {
    this.#valid.delete(digestOf(token));
    const block = addressBlock(address ?? '');
    const known = this.#failures.get(block);
    const isOver = known === undefined || known.sinceMs + windowMs <= nowMs;
    remember(
      this.#failures,
      block,
      isOver ? { count: 1, sinceMs: nowMs } : { ...known, count: known.count + 1 },
    );
  }

  /** Records a valid credential. */
  addSuccess(token: string): void {
    remember(this.#valid, digestOf(token), true);
  }

  /** Resets the counts of all addresses. */
  reset(): void {
    this.#failures.clear();
  }
}

/** The refusal of a credential that is not looked up for this many seconds. */
export function tooManyFailures(seconds: number): ProblemError {
  const detail = 'Too many wrong credentials came from this address; new ones are not checked for now.';
  return new ProblemError('too_many_failures', { detail }, { 'Retry-After': String(seconds) });
}

// A map keeps the order of insertion, so its first key is the least recently used one.
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= maxRemembered) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

// Not the token itself: a memory dump must not reveal credentials.
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
