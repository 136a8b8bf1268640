import { join } from 'node:path';
import { createAddressMatcher } from '#libs/addresses';
import { SliceQueue } from '#libs/async';
import { ConfigFollower, SnapshotFile, type FollowerStatus } from '#libs/config-bus';
import { ConnectionRegistry } from '#libs/connections';
import { joinInTypeScript, type Engine } from '#libs/engine';
import { TokenVerifier } from '#libs/jwt';
import { WaitingDials, type ConnectionLimiter } from '#libs/limits';
import { ConnectionReviewer, Admission, Pipeline, type PipelineInput } from '#libs/pipeline';
import { Configuration, type AppliedChange } from '#libs/routing';
import { Taps } from '#libs/tap';
import { TimingWheel, TrafficTable } from '#libs/tunnel';
import {
  NameResolver,
  createAddressPolicy,
  ReservedEndpoints,
  UpstreamPools,
  type LookupAddresses,
} from '#libs/upstreams';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';
import { ConnectionEvents } from './connection-events.js';
import { ConnectionObserver } from './connection-observer.js';
import { Drain } from './drain.js';
import type { GatewayParts } from './gateway-options.js';
import { GatewayStateTracker } from './gateway-state.js';
import { KeyUses } from './key-uses.js';

// The time for peers to answer a close.
const closeTimeoutMs = 5000;
// The time for which one direction continues after the FIN of the other.
const halfOpenTimeoutMs = 30_000;

/**
 * Composes configuration, admission, pipeline and live connections. Only the gateway's module and the files that
 * start a gateway or a worker access the parts; they pass them on as arguments.
 */
export class DataPlane {
  readonly configuration = new Configuration();
  readonly registry = new ConnectionRegistry();
  readonly slices = new SliceQueue();
  readonly upstreams = new UpstreamPools();
  readonly limiter: ConnectionLimiter;
  readonly waitingDials: WaitingDials;
  readonly keyUses = new KeyUses(Date.now);
  readonly reserved = new ReservedEndpoints();
  readonly taps: Taps;
  readonly traffic: TrafficTable;
  readonly metrics: GatewayMetrics;
  readonly snapshotFile: SnapshotFile;
  readonly pipeline: Pipeline;
  readonly drain: Drain;
  readonly state: GatewayStateTracker;
  readonly observer: ConnectionObserver;
  readonly #wheel = new TimingWheel();
  readonly #follower: ConfigFollower;
  readonly #names: NameResolver;
  readonly #tokens: TokenVerifier;
  readonly #events: ConnectionEvents;
  readonly #reviewer: ConnectionReviewer;
  #stopReviewing: (() => void) | null = null;
  #lastRefusal: string | null = null;

  constructor(private readonly parts: GatewayParts) {
    const { settings, identity, membership, limiter } = parts;
    this.limiter = limiter;
    this.waitingDials = new WaitingDials({
      perTenant: settings.maxWaitingDialsPerTenant,
      perRoute: settings.maxWaitingDialsPerRoute,
    });
    this.traffic = new TrafficTable(this.#wheel);
    this.taps = new Taps((event) => membership.publish(event));
    this.#events = new ConnectionEvents(identity.id, (event) => membership.publish(event));
    this.#reviewer = this.#createReviewer();
    this.#names = new NameResolver(settings.dnsServers ? { servers: settings.dnsServers } : {});
    this.#tokens = this.#createTokenVerifier();
    this.pipeline = this.#createPipeline();
    this.drain = this.#createDrain();
    this.metrics = new GatewayMetrics({
      connections: this.registry,
      waitingDials: this.waitingDials,
      isDraining: () => this.drain.isUnderWay,
      limits: () => limiter.status(),
    });
    this.observer = this.#createObserver();
    this.snapshotFile = new SnapshotFile({
      path: join(settings.dataDir, 'gateway-snapshot.jsonl'),
      logger: parts.logger,
      isKept: !parts.supervision,
    });
    this.#follower = this.#createFollower();
    this.state = new GatewayStateTracker({
      isDraining: () => this.drain.isUnderWay,
      isServing: () => this.configuration.position !== null,
      follower: () => this.#follower.status,
    });
  }

  /**
   * Resolves when a configuration from the bus, or else from the snapshot file, is applied, or when neither
   * has one.
   */
  async start(): Promise<void> {
    this.#stopReviewing = this.#reviewer.start();
    this.configuration.onApplied((applied) => {
      this.#reviewUpstreams(applied);
      this.#updateRates(
        applied.kind === 'all' ? [...this.traffic.tenantIds()] : applied.entries.map(({ id }) => id),
      );
      if (applied.kind === 'all') this.#reviewer.reviewAll();
      else this.#reviewer.reviewEntries(applied.entries);
    });
    await this.#follower.start();
  }

  async stop(): Promise<void> {
    this.drain.stop();
    this.slices.clear();
    this.taps.stop();
    this.#tokens.stop();
    this.#events.stop();
    this.#stopReviewing?.();
    await this.#follower.stop();
    const { source, tickets, limiter } = this.parts;
    await Promise.all([source.close(), tickets.close(), limiter.close()]);
  }

  // The table ignores ids other than those of tenants.
  #updateRates(ids: readonly string[]): void {
    for (const id of ids) this.traffic.setRates(id, this.configuration.tenant(id)?.limits ?? null);
  }

  #reviewUpstreams(applied: AppliedChange): void {
    const ids = applied.kind === 'all' ? null : applied.entries.map(({ id }) => id);
    this.upstreams.review(ids, (id) => this.configuration.route(id));
  }

  #onConfigStatus(status: FollowerStatus): void {
    this.metrics.setConfigStatus(status);
    this.state.update();
    const { refusal } = this.state;
    if (refusal !== this.#lastRefusal) this.parts.membership.announce();
    this.#lastRefusal = refusal;
  }

  #createPipeline(): Pipeline {
    return new Pipeline({
      configuration: this.configuration,
      admission: new Admission({
        configuration: this.configuration,
        limiter: this.limiter,
        waitingDials: this.waitingDials,
        tokens: this.#tokens,
        tickets: this.parts.tickets,
        now: Date.now,
      }),
      maxTargetBytes: this.parts.settings.maxTargetBytes,
      registry: this.registry,
      traffic: this.traffic,
      wheel: this.#wheel,
      upstreams: this.upstreams,
      lookupFor: (tenantId) => this.#lookupFor(tenantId),
      addressPolicy: this.reserved.guard(createAddressPolicy(this.parts.settings.upstreamAllow)),
      closeTimeoutMs,
      halfOpenTimeoutMs,
      onJoined: (connection, handshakeMs) => this.observer.onJoined(connection, handshakeMs),
      onRecord: (record) => this.observer.onRecord(record),
      ...this.#socketsOf(this.parts.engine),
    });
  }

  #socketsOf(engine: Engine | null): Pick<PipelineInput, 'joinSockets' | 'connectPlain'> {
    if (!engine) return { joinSockets: joinInTypeScript, connectPlain: null };
    return {
      joinSockets: (input) => engine.join(input),
      connectPlain: (address, port) => engine.connect(address, port),
    };
  }

  #lookupFor(tenantId: string): LookupAddresses {
    return (hostname, options) => this.#names.resolve(hostname, tenantId, options);
  }

  // Key sets are fetched without TLS only from addresses that the operator allows.
  #createTokenVerifier(): TokenVerifier {
    const { settings, logger } = this.parts;
    return new TokenVerifier({
      policy: this.reserved.guard(createAddressPolicy(settings.upstreamAllow)),
      plainPolicy: this.reserved.guard({ isAllowed: createAddressMatcher(settings.upstreamAllow) }),
      lookupFor: (tenantId) => this.#lookupFor(tenantId),
      logger,
      now: Date.now,
    });
  }

  #createReviewer(): ConnectionReviewer {
    const { registry, configuration, slices } = this;
    const drainPeriodMs = this.parts.settings.drainSeconds * 1000;
    return new ConnectionReviewer({ registry, configuration, slices, drainPeriodMs, now: Date.now });
  }

  #createObserver(): ConnectionObserver {
    const { metrics, keyUses, taps, drain } = this;
    const { logger, refusalNotices } = this.parts;
    const [events, reviewer] = [this.#events, this.#reviewer];
    return new ConnectionObserver({
      metrics,
      events,
      keyUses,
      reviewer,
      taps,
      drain,
      logger,
      refusalNotices,
    });
  }

  #createDrain(): Drain {
    const { pipeline, registry, parts } = this;
    const { logger, membership } = parts;
    const onStarted = (): void => this.state.update();
    const onProgress = (): void => membership.announce();
    return new Drain({ pipeline, registry, logger, closeTimeoutMs, onStarted, onProgress });
  }

  #createFollower(): ConfigFollower {
    const { source, logger } = this.parts;
    return new ConfigFollower({
      source,
      consumer: this.configuration,
      logger,
      snapshotFile: this.snapshotFile,
      onStatus: (status) => this.#onConfigStatus(status),
    });
  }
}
