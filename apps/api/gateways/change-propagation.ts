import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Release } from '#libs/async';
import type { Gateway } from '#libs/contract';
import { FleetInquiry } from '../fleet/fleet-inquiry.js';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { CommittedChanges } from '../publishing/committed-changes.js';

const buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
// A look costs Redis one command, whatever it holds, so a stream of changes is followed by samples.
const followEveryMs = 1000;
const firstLookMs = 10;
const longestLookMs = 1000;
const longestMs = 300_000;

/**
 * Measures how long a committed change takes to each gateway: from the commit to when this API sees that the gateway has applied it,
 * both by the clock of this process. Only the API that commits a change measures it, so that each is counted once.
 */
@Injectable()
export class ChangePropagation implements OnApplicationShutdown {
  private readonly observe: (seconds: number) => void;
  private readonly release: Release;
  private readonly stopping = new AbortController();
  private isFollowing = false;
  private nextFollowMs = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: ApiMetrics,
    committed: CommittedChanges,
    private readonly fleet: FleetInquiry,
  ) {
    this.observe = metrics.addHistogram(
      'sluice_change_propagation_seconds',
      'From the commit of a change by this API to its application in each live gateway; of one change a second at most',
      buckets,
    );
    this.release = committed.subscribeToOwn(({ revision }) => this.note(revision, performance.now()));
  }

  onApplicationShutdown(): void {
    this.release();
    this.stopping.abort();
  }

  private note(revision: number, committedAtMs: number): void {
    if (this.isFollowing || committedAtMs < this.nextFollowMs) return;
    this.isFollowing = true;
    this.nextFollowMs = committedAtMs + followEveryMs;
    void this.follow(revision, committedAtMs)
      .catch(() => undefined)
      .finally(() => (this.isFollowing = false));
  }

  /** Rejects when it is stopped. What has not been applied after five minutes counts as that. */
  private async follow(revision: number, committedAtMs: number): Promise<void> {
    let waitedFor: Set<string> | null = null;
    let lookMs = firstLookMs;
    for (;;) {
      await delay(lookMs, undefined, { signal: this.stopping.signal, ref: false });
      const gateways = await this.fleet.gateways().catch(() => null);
      const elapsedMs = performance.now() - committedAtMs;
      const isOver = elapsedMs > longestMs;
      if (gateways !== null) {
        const live = gateways.filter(({ state }) => state !== 'stale');
        // One that comes later starts with the change.
        waitedFor ??= new Set(live.map(({ id }) => id));
        const behind = new Set(live.filter((gateway) => isBehind(gateway, revision)).map(({ id }) => id));
        for (const { id } of live) {
          if (waitedFor.has(id) && (isOver || !behind.has(id))) this.observe(elapsedMs / 1000);
        }
        waitedFor = new Set([...waitedFor].filter((id) => behind.has(id)));
      }
      if (isOver || waitedFor?.size === 0) return;
      lookMs = Math.min(lookMs * 1.5, longestLookMs);
    }
  }
}

function isBehind({ appliedRevision }: Gateway, revision: number): boolean {
  return (appliedRevision ?? 0) < revision;
}
