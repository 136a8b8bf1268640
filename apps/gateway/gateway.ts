import { SliceQueue } from '#libs/async';
import { ConnectionRegistry } from '#libs/connections';
import { WaitingDials } from '#libs/limits';
import { ConnectionRates, ConnectionReviewer } from '#libs/pipeline';
import { Configuration } from '#libs/routing';
import { Taps } from '#libs/tap';
import { TimingWheel, TrafficTable } from '#libs/tunnel';
import { ReservedEndpoints } from '#libs/upstreams';
import { ClosedConnections } from './data-plane/closed-connections.js';
import { ConnectionEvents } from './data-plane/connection-events.js';
import { ConnectionObserver } from './data-plane/connection-observer.js';
import { createDialing, type Dialing } from './data-plane/create-dialing.js';
import { createHttpRequests } from './data-plane/create-http-requests.js';
import { createPipeline, type CreatedPipeline } from './data-plane/create-pipeline.js';
import { Drain } from './data-plane/drain.js';
import { DrainedPipelines } from './data-plane/drained-pipelines.js';
import { FollowedConfiguration } from './data-plane/followed-configuration.js';
import type { GatewayParts } from './data-plane/gateway-options.js';
import type { GatewayStateTracker } from './data-plane/gateway-state.js';
import { KeyUses } from './data-plane/key-uses.js';
import { Rebalances } from './data-plane/rebalances.js';
import { createUsage, type GatewayUsage } from './data-plane/create-usage.js';
import { WatchedUpstreams } from './data-plane/watched-upstreams.js';
import { createFleetLink } from './fleet/create-fleet-link.js';
import type { FleetLink } from './fleet/fleet-link.js';
import { GatewayHealth } from './health/gateway-health.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';
import { ClientListeners } from './listeners/client-listeners.js';
import { GatewayMetrics } from './metrics/gateway-metrics.js';
import type { UpstreamMetrics } from './metrics/upstream-metrics.js';
import { TrafficHistory } from './overview/traffic-history.js';

/** The resources that a gateway holds for its clients. */
export interface HeldResources {
  /** Sockets of clients, whether joined or not. */
  sockets: number;
  /** Requests of both kinds that are not answered yet. */
  handshakes: number;
  waitingDials: number;
  /** Connections to upstreams, and attempts to connect, as the balancer counts them. */
  upstreams: { live: number; pending: number; queued: number };
  connections: number;
  /** Slots of the limits. */
  slots: number;
  /** Tenants with traffic counters, which are kept until the tenant is deleted. */
  tenants: number;
}

// The time for peers to answer a close.
const closeTimeoutMs = 5000;

/**
 * Creates the parts of one gateway, and passes to each what it needs. The public members are
 * for the process that runs it.
 */
export class Gateway {
  readonly configuration = new Configuration();
  readonly connections = new ConnectionRegistry();
  readonly state: GatewayStateTracker;
  readonly metrics: GatewayMetrics;
  readonly health: GatewayHealth;
  readonly listeners: ClientListeners;
  readonly fleetLink: FleetLink;
  readonly lifecycle: GatewayLifecycle;
  readonly #slices = new SliceQueue();
  readonly #keyUses = new KeyUses(Date.now);
  readonly #reserved = new ReservedEndpoints();
  readonly #upstreams: WatchedUpstreams;
  readonly #waitingDials: WaitingDials;
  readonly #traffic: TrafficTable;
  readonly #rates: ConnectionRates;
  readonly #taps: Taps;
  readonly #closed: ClosedConnections;
  readonly #events: ConnectionEvents;
  readonly #reviewer: ConnectionReviewer;
  readonly #pipeline: CreatedPipeline;
  readonly #drain: Drain;
  readonly #rebalances: Rebalances;
  readonly #usage: GatewayUsage;
  readonly #history: TrafficHistory;
  readonly #observer: ConnectionObserver;
  readonly #followed: FollowedConfiguration;
  #stopReviewing: (() => void) | null = null;

  constructor(private readonly parts: GatewayParts) {
    const { settings, identity, membership, limiter } = parts;
    const { connections, configuration } = this;
    const wheel = new TimingWheel();
    this.#waitingDials = new WaitingDials({
      perTenant: settings.maxWaitingDialsPerTenant,
      perRoute: settings.maxWaitingDialsPerRoute,
    });
    this.#traffic = new TrafficTable(wheel);
    this.#history = new TrafficHistory({
      traffic: this.#traffic,
      registry: connections,
      now: () => performance.timeOrigin + performance.now(),
    });
    this.#rates = new ConnectionRates({ traffic: this.#traffic, configuration, registry: connections });
    this.#taps = new Taps((event) => membership.publish(event));
    this.#closed = new ClosedConnections(identity.id, Date.now);
    this.#events = new ConnectionEvents(identity.id, (event) => membership.publish(event));
    this.#reviewer = this.#createReviewer();
    const dialing = createDialing(settings, this.#reserved);
    const metrics = (): UpstreamMetrics => this.metrics.upstreams;
    this.#upstreams = new WatchedUpstreams({ parts, configuration, connections, dialing, metrics });
    this.#pipeline = this.#createPipeline(wheel, dialing);
    this.#drain = this.#createDrain();
    this.#usage = createUsage({
      parts,
      connections,
      configuration,
      onReported: (rows) => this.metrics.labelledUsage.add(rows),
    });
    this.#rebalances = new Rebalances({ registry: connections, upstreams: this.#upstreams.pools });
    const isDraining = (): boolean => this.#drain.isUnderWay;
    this.#followed = new FollowedConfiguration({
      parts,
      configuration,
      isDraining,
      onStatus: (status) => this.metrics.setConfigStatus(status),
    });
    this.state = this.#followed.state;
    this.metrics = this.#createMetrics(isDraining);
    this.#observer = this.#createObserver();
    const { engineStatus } = parts;
    this.health = new GatewayHealth({ state: this.state, connections, engineStatus, limiter });
    this.fleetLink = this.#createFleetLink();
    this.listeners = this.#createListeners();
    this.lifecycle = this.#createLifecycle();
  }

  held(): HeldResources {
    return {
      sockets: this.listeners.openSockets,
      handshakes: this.#pipeline.pipeline.pending + this.#pipeline.http.pending,
      waitingDials: this.#waitingDials.size,
      upstreams: this.#upstreams.pools.counts(),
      connections: this.connections.size,
      slots: this.parts.limiter.counts().connections,
      tenants: [...this.#traffic.tenantIds()].length,
    };
  }

  /** Whether applied configurations are kept in the snapshot file. */
  keepSnapshot(isKept: boolean): void {
    this.#followed.keepSnapshot(isKept);
  }

  /** Keeps routes from dialing this address, on which the gateway itself listens. */
  reserve(address: string, port: number): void {
    this.#reserved.addListener(address, port);
  }

  beginDrain(periodMs: number): void {
    this.#drain.begin(periodMs);
  }

  cancelDrain(): void {
    this.#drain.cancel();
  }

  async #start(): Promise<void> {
    const reviewers = [this.#reviewer, this.#pipeline.requestReviewer];
    const stops = reviewers.map((reviewer) => reviewer.start());
    this.#stopReviewing = () => stops.forEach((stop) => stop());
    this.configuration.onApplied((applied) => {
      this.#rates.apply(applied);
      for (const reviewer of reviewers) {
        if (applied.kind === 'all') reviewer.reviewAll();
        else reviewer.reviewEntries(applied.entries);
      }
      this.#upstreams.review(applied);
    });
    this.#history.start();
    await this.#usage.reporter.start();
    await this.#followed.start();
  }

  async #stop(): Promise<void> {
    this.#history.stop();
    await this.#usage.reporter.stop();
    this.#drain.stop();
    this.#rebalances.stopAll();
    this.#slices.clear();
    this.#taps.stop();
    this.#pipeline.stop();
    this.#upstreams.stop();
    this.#events.stop();
    this.#stopReviewing?.();
    await this.#followed.stop();
    const { source, tickets, limiter } = this.parts;
    await Promise.all([source.close(), tickets.close(), limiter.close()]);
  }

  #createPipeline(wheel: TimingWheel, dialing: Dialing): CreatedPipeline {
    return createPipeline({
      parts: this.parts,
      configuration: this.configuration,
      registry: this.connections,
      waitingDials: this.#waitingDials,
      slices: this.#slices,
      reserved: this.#reserved,
      dialing,
      upstreams: this.#upstreams.pools,
      rates: this.#rates,
      wheel,
      closeTimeoutMs,
      isDraining: () => this.#drain.isUnderWay,
      onJoined: (connection, handshakeMs) => this.#observer.onJoined(connection, handshakeMs),
      onRecord: (record) => this.#observer.onRecord(record),
      onHttpRecord: (record) => this.#observer.onHttpRecord(record),
    });
  }

  #createMetrics(isDraining: () => boolean): GatewayMetrics {
    const { limiter, settings } = this.parts;
    const { configuration, connections } = this;
    return new GatewayMetrics({
      connections,
      waitingDials: this.#waitingDials,
      upstreams: this.#upstreams.pools,
      isDraining,
      limits: () => limiter.status(),
      usage: this.#usage.spool,
      labelled: { names: settings.metricsLabels, configuration },
    });
  }

  #createReviewer(): ConnectionReviewer {
    return new ConnectionReviewer({
      registry: this.connections,
      configuration: this.configuration,
      rates: this.#rates,
      slices: this.#slices,
      drainPeriodMs: this.parts.settings.drainSeconds * 1000,
      now: Date.now,
    });
  }

  #createDrain(): Drain {
    const { logger, membership } = this.parts;
    const pipeline = new DrainedPipelines([this.#pipeline.pipeline, this.#pipeline.http]);
    const onChanged = (): void => {
      this.state.update();
      // Answers to further requests close their connections.
      if (this.#drain.isUnderWay) this.listeners.closeIdle();
    };
    const onProgress = (): void => membership.announce();
    return new Drain({ pipeline, registry: this.connections, logger, closeTimeoutMs, onChanged, onProgress });
  }

  #createObserver(): ConnectionObserver {
    const { logger, refusalNotices } = this.parts;
    return new ConnectionObserver({
      metrics: this.metrics,
      events: this.#events,
      closed: this.#closed,
      keyUses: this.#keyUses,
      usage: this.#usage.meter,
      history: this.#history,
      reviewer: this.#reviewer,
      taps: this.#taps,
      drain: this.#drain,
      logger,
      refusalNotices,
    });
  }

  #createFleetLink(): FleetLink {
    const { parts, configuration, connections, state } = this;
    return createFleetLink({
      parts,
      configuration,
      connections,
      state,
      drain: this.#drain,
      slices: this.#slices,
      traffic: this.#traffic,
      upstreams: this.#upstreams.pools,
      keyUses: this.#keyUses,
      usage: this.#usage.reporter,
      history: this.#history,
      explainer: this.#pipeline.explainer,
      taps: this.#taps,
      closed: this.#closed,
      rebalances: this.#rebalances,
    });
  }

  #createListeners(): ClientListeners {
    const { settings, engine, supervision, logger, hasUpstreamInProcess } = this.parts;
    return new ClientListeners({
      settings,
      engine,
      supervision: supervision ?? null,
      descriptorsPerConnection: hasUpstreamInProcess === true ? 3 : 2,
      joined: this.connections,
      metrics: this.metrics,
      logger,
      onUpgrade: (upgrade) => {
        this.#pipeline.pipeline.accept(upgrade).catch((error: unknown) => {
          upgrade.socket.destroy();
          logger.error({ err: error }, 'unexpected error while handling an upgrade');
        });
      },
      http: createHttpRequests(this.#pipeline.http, logger),
      onRefused: (code) => this.#observer.onRefusedUnread(code),
      onListening: (address, port) => this.reserve(address, port),
    });
  }

  #createLifecycle(): GatewayLifecycle {
    const { configuration, listeners, fleetLink } = this;
    return new GatewayLifecycle({
      options: this.parts,
      dataPlane: { start: () => this.#start(), stop: () => this.#stop() },
      configuration,
      reserved: this.#reserved,
      drain: this.#drain,
      listeners,
      fleetLink,
    });
  }
}
