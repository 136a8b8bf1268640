import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { FleetClient } from '../fleet/fleet-client.js';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { CommittedChanges } from '../publishing/committed-changes.js';

const pollEveryMs = 1000;

interface Lag {
  /** The number of gateways that have not applied the newest revision. */
  gateways: number;
  /** The largest number of revisions by which a gateway is behind. */
  revisions: number;
}

const unknown: Lag = { gateways: Number.NaN, revisions: Number.NaN };

/**
 * Gauges of how far gateways are behind the committed revision, at most a second old. Stale gateways do not
 * count.
 */
@Injectable()
export class RevisionLag implements OnApplicationBootstrap, OnApplicationShutdown {
  #lag = unknown;
  #timer: NodeJS.Timeout | null = null;

  constructor(
    metrics: ApiMetrics,
    private readonly fleet: FleetClient,
    private readonly committed: CommittedChanges,
  ) {
    metrics.addGauge(
      'sluice_gateways_behind',
      'Live gateways that have not applied the newest committed revision; NaN while they cannot be reached',
      () => this.#lag.gateways,
    );
    metrics.addGauge(
      'sluice_gateways_behind_revisions',
      'How many revisions the last of the live gateways is behind; NaN while they cannot be reached',
      () => this.#lag.revisions,
    );
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#poll(), pollEveryMs).unref();
    void this.#poll();
  }

  onApplicationShutdown(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async #poll(): Promise<void> {
    // Read before the gateways are polled, so that changes committed meanwhile do not count.
    const { newestRevision } = this.committed;
    const gateways = await this.fleet.gateways().catch(() => null);
    const lags = gateways
      ?.filter(({ state }) => state !== 'stale')
      .map(({ appliedRevision }) => Math.max(0, newestRevision - (appliedRevision ?? 0)));
    this.#lag = lags
      ? { gateways: lags.filter((lag) => lag > 0).length, revisions: Math.max(0, ...lags) }
      : unknown;
  }
}
