import { join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createClientAddressReader, LocalConnectionLimiter } from '#libs/admission';
import { ConfigFollower, SnapshotFile } from '#libs/config-bus';
import { ConnectionRegistry, ConnectionReviewer, spreadClose, type Spread } from '#libs/connections';
import { Admission, Pipeline } from '#libs/pipeline';
import { Configuration } from '#libs/routing';
import { TimingWheel, TrafficTable } from '#libs/tunnel';
import { Balancer, createAddressPolicy } from '#libs/upstreams';
import type { GatewayOptions } from '../gateway-options.js';
import { logRecord } from '../logging/log-record.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';

// Peers have this long to answer a close, and one direction may go on this long after the other's FIN.
const closeTimeoutMs = 5000;
const halfOpenTimeoutMs = 30_000;
const drainCheckMs = 20;

/** The parts of a gateway that see connections, put together: configuration, admission, pipeline, live connections. */
export class DataPlane {
  readonly configuration = new Configuration();
  readonly registry = new ConnectionRegistry();
  readonly limiter = new LocalConnectionLimiter({ now: () => performance.now() });
  readonly wheel = new TimingWheel();
  readonly traffic = new TrafficTable(this.wheel);
  readonly metrics = new GatewayMetrics(this.registry);
  readonly follower: ConfigFollower;
  readonly pipeline: Pipeline;
  readonly #reviewer: ConnectionReviewer;
  readonly #readClientAddress: ReturnType<typeof createClientAddressReader>;
  #stopReviewing: (() => void) | null = null;
  #drain: Spread | null = null;

  constructor(private readonly options: GatewayOptions) {
    const { settings } = options;
    this.#reviewer = new ConnectionReviewer({
      registry: this.registry,
      configuration: this.configuration,
      drainPeriodMs: settings.drainSeconds * 1000,
      now: Date.now,
    });
    this.#readClientAddress = createClientAddressReader(settings.trustedProxies);
    this.pipeline = this.#createPipeline();
    this.follower = this.#createFollower();
  }

  /** Resolves when the last good snapshot, if there is one, is applied; it does not wait for the bus. */
  async start(): Promise<void> {
    this.#stopReviewing = this.#reviewer.start();
    this.configuration.onApplied((applied) => {
      this.#updateRates(
        applied.kind === 'all' ? [...this.traffic.tenantIds()] : applied.entries.map(({ id }) => id),
      );
      if (applied.kind === 'all') this.#reviewer.reviewAll();
      else this.#reviewer.reviewEntries(applied.entries);
    });
    await this.follower.start();
  }

  acceptUpgrade(request: IncomingMessage, socket: Socket, earlyBytes: Buffer): void {
    const { method = '', httpVersion, url: target = '', rawHeaders } = request;
    const head = { method, httpVersion, target, rawHeaders };
    const client = this.#readClientAddress(socket.remoteAddress ?? '', request.headers['x-forwarded-for']);
    this.pipeline.accept({ head, socket, earlyBytes, ...client }).catch((error: unknown) => {
      socket.destroy();
      this.options.logger.error({ err: error }, 'a connection failed in a way that it should not');
    });
  }

  /**
   * Stops admitting, and closes the live connections spread over a period. Resolves when nothing is left of them, at
   * once where there was none, or when the time for their answers is over.
   */
  async drain(periodMs: number): Promise<void> {
    this.pipeline.startDraining();
    const close = { code: 1001, reason: 'gateway draining', periodMs };
    this.#drain ??= spreadClose(this.registry.all(), close);
    const deadline = performance.now() + periodMs + closeTimeoutMs;
    while (this.#isBusy && performance.now() < deadline) await delay(drainCheckMs);
  }

  async stop(): Promise<void> {
    this.#drain?.stop();
    this.#stopReviewing?.();
    await this.follower.stop();
    await this.options.source.close();
  }

  // The table knows ids of tenants alone; those of other things mean nothing to it.
  #updateRates(ids: readonly string[]): void {
    for (const id of ids) this.traffic.setRates(id, this.configuration.tenant(id)?.limits ?? null);
  }

  get #isBusy(): boolean {
    return this.registry.size > 0 || this.pipeline.pending > 0;
  }

  #createPipeline(): Pipeline {
    return new Pipeline({
      admission: new Admission({ configuration: this.configuration, limiter: this.limiter, now: Date.now }),
      registry: this.registry,
      traffic: this.traffic,
      wheel: this.wheel,
      balancer: new Balancer(),
      addressPolicy: createAddressPolicy(this.options.settings.upstreamAllow),
      closeTimeoutMs,
      halfOpenTimeoutMs,
      onJoined: (connection, handshakeMs) => {
        this.metrics.countJoined(handshakeMs);
        this.#reviewer.reviewConnection(connection);
      },
      onRecord: (record) => {
        this.metrics.countRecord(record);
        logRecord(this.options.logger, record);
      },
    });
  }

  #createFollower(): ConfigFollower {
    const { settings, source, logger } = this.options;
    return new ConfigFollower({
      source,
      consumer: this.configuration,
      logger,
      snapshotFile: new SnapshotFile({ path: join(settings.dataDir, 'gateway-snapshot.jsonl'), logger }),
      onStatus: (status) => this.metrics.setConfigStatus(status),
    });
  }
}
