import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { addressBlock } from '#libs/addresses';

const mostFailures = 20;
const windowMs = 60_000;
/** About 1 MB for each of the two maps. */
const mostRemembered = 10_000;

interface Failures {
  count: number;
  sinceMs: number;
}

/**
 * Counts credentials that were refused, for each client address (a /64 in IPv6). After 20 within a minute the address
 * has to wait until that minute is over, and nothing is looked up for it; with one exception: a credential that was
 * right before is still let through to be looked up. So whoever shares an address with an attacker (NAT, a proxy)
 * goes on working, and locks nobody out but newcomers. Memory is bounded: the address that was quiet longest is
 * forgotten first.
 */
@Injectable()
export class FailedAttempts {
  private readonly failures = new Map<string, Failures>();
  private readonly proven = new Map<string, true>();

  /** For how many seconds this credential is not looked up for this address; 0: it is. */
  blockedSeconds(address: string | null, token: string, nowMs = performance.now()): number {
    const failures = this.failures.get(addressBlock(address ?? ''));
    if (failures === undefined || failures.count < mostFailures) return 0;
    const restMs = failures.sinceMs + windowMs - nowMs;
    return restMs <= 0 || this.proven.has(digestOf(token)) ? 0 : Math.ceil(restMs / 1000);
  }

  /** The credential was refused. */
  add(address: string | null, token: string, nowMs = performance.now()): void {
    this.proven.delete(digestOf(token));
    const block = addressBlock(address ?? '');
    const known = this.failures.get(block);
    const isOver = known === undefined || known.sinceMs + windowMs <= nowMs;
    remember(
      this.failures,
      block,
      isOver ? { count: 1, sinceMs: nowMs } : { ...known, count: known.count + 1 },
    );
  }

  /** The credential was right. */
  prove(token: string): void {
    remember(this.proven, digestOf(token), true);
  }

  /** Begins anew with every address. */
  forgive(): void {
    this.failures.clear();
  }
}

// A map keeps the order in which its keys were put in: the first one is the one that was quiet longest.
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= mostRemembered) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

// Not the token itself: what lies in memory for long should be of no use to who reads it.
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
