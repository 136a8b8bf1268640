import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Release } from '#libs/async';
import type { Gateway } from '#libs/contract';
import { FleetClient } from '../fleet/fleet-client.js';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { CommittedChanges } from '../publishing/committed-changes.js';

const buckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
// Each poll is a Redis command, so at most one change in this time is measured.
const measureEveryMs = 1000;
const firstPollMs = 10;
const maxPollMs = 1000;
const maxMeasureMs = 300_000;

/**
 * Measures how long a committed change takes to reach each gateway: from the commit until this API sees that
 * the gateway has applied it, by the clock of this process. Only the API that commits a change measures it,
 * so it is counted once.
 */
@Injectable()
export class ChangePropagation implements OnApplicationShutdown {
  readonly #observe: (seconds: number) => void;
  readonly #release: Release;
  readonly #stopping = new AbortController();
  #isMeasuring = false;
  #nextMeasureMs = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: ApiMetrics,
    committed: CommittedChanges,
    private readonly fleet: FleetClient,
  ) {
    this.#observe = metrics.addHistogram(
      'sluice_change_propagation_seconds',
      'From the commit of a change by this API to its application in each live gateway; of one change a second at most',
      buckets,
    );
    this.#release = committed.subscribeToOwn(({ revision }) => this.#note(revision, performance.now()));
  }

  onApplicationShutdown(): void {
    this.#release();
    this.#stopping.abort();
  }

  #note(revision: number, committedAtMs: number): void {
    if (this.#isMeasuring || committedAtMs < this.#nextMeasureMs) return;
    this.#isMeasuring = true;
    this.#nextMeasureMs = committedAtMs + measureEveryMs;
    void this.#measure(revision, committedAtMs)
      .catch(() => undefined)
      .finally(() => (this.#isMeasuring = false));
  }

  /**
   * Rejects when the service stops. A change that is not applied after five minutes counts as five minutes.
   */
  async #measure(revision: number, committedAtMs: number): Promise<void> {
    let waitedFor: Set<string> | null = null;
    let pollMs = firstPollMs;
    for (;;) {
      await delay(pollMs, undefined, { signal: this.#stopping.signal, ref: false });
      const gateways = await this.fleet.gateways().catch(() => null);
      const elapsedMs = performance.now() - committedAtMs;
      const isOver = elapsedMs > maxMeasureMs;
      if (gateways !== null) {
        const live = gateways.filter(({ state }) => state !== 'stale');
        // A gateway that starts later already has the change in its snapshot.
        waitedFor ??= new Set(live.map(({ id }) => id));
        const behind = new Set(live.filter((gateway) => isBehind(gateway, revision)).map(({ id }) => id));
        for (const { id } of live) {
          if (waitedFor.has(id) && (isOver || !behind.has(id))) this.#observe(elapsedMs / 1000);
        }
        waitedFor = new Set([...waitedFor].filter((id) => behind.has(id)));
      }
      if (isOver || waitedFor?.size === 0) return;
      pollMs = Math.min(pollMs * 1.5, maxPollMs);
    }
  }
}

function isBehind({ appliedRevision }: Gateway, revision: number): boolean {
  return (appliedRevision ?? 0) < revision;
}
