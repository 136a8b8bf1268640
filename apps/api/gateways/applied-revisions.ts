import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Gateway } from '#libs/contract';
import { FleetInquiry } from '../fleet/fleet-inquiry.js';

// A gateway says at once what it has applied.
const lookEveryMs = 20;

/** Waits for gateways to apply what was committed. */
@Injectable()
export class AppliedRevisions {
  private looking: Promise<Gateway[]> | null = null;

  constructor(private readonly fleet: FleetInquiry) {}

  /**
   * Resolves once every live gateway has applied the revision, with none, or after `timeoutMs` with the ids of those that
   * have not; with null when the gateways cannot be asked. One that is stale is not waited for.
   */
  async behind(revision: number, timeoutMs: number): Promise<string[] | null> {
    const endsAtMs = performance.now() + timeoutMs;
    for (;;) {
      const gateways = await this.look().catch(() => null);
      const behind = gateways?.filter((gateway) => isBehind(gateway, revision)).map(({ id }) => id) ?? null;
      if (behind?.length === 0 || performance.now() >= endsAtMs) return behind;
    }
  }

  /** However many wait, one of them looks. */
  private look(): Promise<Gateway[]> {
    this.looking ??= delay(lookEveryMs).then(() => {
      this.looking = null;
      return this.fleet.gateways();
    });
    return this.looking;
  }
}

function isBehind({ state, appliedRevision }: Gateway, revision: number): boolean {
  return state !== 'stale' && (appliedRevision ?? 0) < revision;
}
