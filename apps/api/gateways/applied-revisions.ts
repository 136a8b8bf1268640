import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Gateway } from '#libs/contract';
import { FleetClient } from '../fleet/fleet-client.js';

// Gateways report an applied revision at once.
const pollEveryMs = 20;

/** Waits until gateways have applied a revision. */
@Injectable()
export class AppliedRevisions {
  #pending: Promise<Gateway[]> | null = null;

  constructor(private readonly fleet: FleetClient) {}

  /**
   * Resolves with an empty list once every live gateway has applied the revision, or after `timeoutMs` with
   * the ids of the gateways that have not; with null when the gateways cannot be reached. Stale gateways are
   * ignored.
   */
  async behind(revision: number, timeoutMs: number): Promise<string[] | null> {
    const endsAtMs = performance.now() + timeoutMs;
    for (;;) {
      const gateways = await this.#poll().catch(() => null);
      const behind = gateways?.filter((gateway) => isBehind(gateway, revision)).map(({ id }) => id) ?? null;
      if (behind?.length === 0 || performance.now() >= endsAtMs) return behind;
    }
  }

  /** Shared by all waiting requests. */
  #poll(): Promise<Gateway[]> {
    this.#pending ??= delay(pollEveryMs).then(() => {
      this.#pending = null;
      return this.fleet.gateways();
    });
    return this.#pending;
  }
}

function isBehind({ state, appliedRevision }: Gateway, revision: number): boolean {
  return state !== 'stale' && (appliedRevision ?? 0) < revision;
}
