import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { FleetInquiry } from '../fleet/fleet-inquiry.js';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { CommittedChanges } from '../publishing/committed-changes.js';

const lookEveryMs = 1000;

interface Lag {
  /** How many gateways have not applied the newest revision. */
  gateways: number;
  /** How many revisions the last of them is behind. */
  revisions: number;
}

const unknown: Lag = { gateways: Number.NaN, revisions: Number.NaN };

/** Publishes how far the gateways are behind what is committed, as of a second ago. Stale ones are not counted. */
@Injectable()
export class RevisionLag implements OnApplicationBootstrap, OnApplicationShutdown {
  private lag = unknown;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    metrics: ApiMetrics,
    private readonly fleet: FleetInquiry,
    private readonly committed: CommittedChanges,
  ) {
    metrics.addGauge(
      'sluice_gateways_behind',
      'Live gateways that have not applied the newest committed revision; NaN while they cannot be asked',
      () => this.lag.gateways,
    );
    metrics.addGauge(
      'sluice_gateways_behind_revisions',
      'How many revisions the last of the live gateways is behind; NaN while they cannot be asked',
      () => this.lag.revisions,
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), lookEveryMs).unref();
    void this.look();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    // Read before the gateways are: what is committed meanwhile is nothing to be behind of.
    const { newestRevision } = this.committed;
    const gateways = await this.fleet.gateways().catch(() => null);
    const lags = gateways
      ?.filter(({ state }) => state !== 'stale')
      .map(({ appliedRevision }) => Math.max(0, newestRevision - (appliedRevision ?? 0)));
    this.lag = lags
      ? { gateways: lags.filter((lag) => lag > 0).length, revisions: Math.max(0, ...lags) }
      : unknown;
  }
}
