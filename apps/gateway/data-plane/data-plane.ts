import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { createAddressMatcher, createClientAddressReader, type ClientAddress } from '#libs/addresses';
import { SliceQueue } from '#libs/async';
import { ConfigFollower, SnapshotFile, type FollowerStatus } from '#libs/config-bus';
import { ConnectionRegistry, type LiveConnection } from '#libs/connections';
import { joinInTypeScript, type Engine } from '#libs/engine';
import { TokenVerifier } from '#libs/jwt';
import { WaitingDials, type ConnectionLimiter } from '#libs/limits';
import {
  ConnectionReviewer,
  Admission,
  Pipeline,
  type ConnectionRecord,
  type PipelineInput,
} from '#libs/pipeline';
import type { RefusalCode } from '#libs/problem-details';
import { Configuration } from '#libs/routing';
import { Taps } from '#libs/tap';
import { TimingWheel, TrafficTable } from '#libs/tunnel';
import {
  NameResolver,
  Balancer,
  createAddressPolicy,
  ReservedEndpoints,
  type LookupAddresses,
} from '#libs/upstreams';
import { Drain } from './drain.js';
import { ConnectionEvents } from './connection-events.js';
import { KeyUses } from './key-uses.js';
import type { GatewayParts } from './gateway-options.js';
import { gatewayStateOf, refusalOf, type GatewayState } from './gateway-state.js';
import type { ReceivedUpgrade } from '../listeners/upgrade-listener.js';
import { logRecord } from './log-record.js';
import { UnverifiedUpstreams } from './unverified-upstreams.js';
import { GatewayMetrics } from '../metrics/gateway-metrics.js';

// Peers have this long to answer a close, and one direction may go on this long after the other's FIN.
const closeTimeoutMs = 5000;
const halfOpenTimeoutMs = 30_000;

/** The parts of a gateway that see connections, put together: configuration, admission, pipeline, live connections. */
export class DataPlane {
  readonly configuration = new Configuration();
  readonly registry = new ConnectionRegistry();
  readonly slices = new SliceQueue();
  readonly limiter: ConnectionLimiter;
  readonly wheel = new TimingWheel();
  readonly traffic = new TrafficTable(this.wheel);
  readonly waitingDials: WaitingDials;
  readonly keyUses = new KeyUses(Date.now);
  readonly reserved = new ReservedEndpoints();
  readonly metrics: GatewayMetrics;
  readonly taps: Taps;
  readonly snapshotFile: SnapshotFile;
  readonly follower: ConfigFollower;
  readonly pipeline: Pipeline;
  readonly drain: Drain;
  readonly #names: NameResolver;
  readonly #tokens: TokenVerifier;
  readonly #events: ConnectionEvents;
  readonly #unverifiedUpstreams: UnverifiedUpstreams;
  readonly #reviewer: ConnectionReviewer;
  readonly #readClientAddress: ReturnType<typeof createClientAddressReader>;
  #stopReviewing: (() => void) | null = null;
  #state: GatewayState = 'starting';
  #refusal: string | null = null;
  readonly #stateListeners: ((state: GatewayState) => void)[] = [];

  constructor(private readonly parts: GatewayParts) {
    const { settings, identity, membership } = parts;
    const { registry, slices, configuration } = this;
    const drainPeriodMs = settings.drainSeconds * 1000;
    this.limiter = parts.limiter;
    this.waitingDials = new WaitingDials({
      perTenant: settings.maxWaitingDialsPerTenant,
      perRoute: settings.maxWaitingDialsPerRoute,
    });
    this.taps = new Taps((event) => membership.publish(event));
    this.#unverifiedUpstreams = new UnverifiedUpstreams(parts.logger);
    this.#events = new ConnectionEvents(identity.id, (event) => membership.publish(event));
    this.#reviewer = new ConnectionReviewer({
      registry,
      configuration,
      slices,
      drainPeriodMs,
      now: Date.now,
    });
    this.#readClientAddress = createClientAddressReader(settings.trustedProxies);
    this.#names = new NameResolver(settings.dnsServers ? { servers: settings.dnsServers } : {});
    this.#tokens = this.#createTokenVerifier();
    this.pipeline = this.#createPipeline();
    this.drain = this.#createDrain();
    this.metrics = new GatewayMetrics({
      connections: registry,
      waitingDials: this.waitingDials,
      isDraining: () => this.drain.isUnderWay,
      limits: () => parts.limiter.status(),
    });
    this.snapshotFile = new SnapshotFile({
      path: join(settings.dataDir, 'gateway-snapshot.jsonl'),
      logger: parts.logger,
      isKept: !parts.supervision,
    });
    this.follower = this.#createFollower();
  }

  get state(): GatewayState {
    const { drain, configuration, follower } = this;
    const isServing = configuration.position !== null;
    return gatewayStateOf({ isDraining: drain.isUnderWay, isServing, follower: follower.status });
  }

  /** Calls the listener for each later change. */
  onStateChanged(listener: (state: GatewayState) => void): void {
    this.#stateListeners.push(listener);
  }

  /** Resolves when a configuration is applied, of the bus or else of the snapshot file, or when neither has one. */
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

  /** Who asks, as far as the peer can be believed. */
  clientAddressOf(peerAddress: string, request: { readonly headers: IncomingHttpHeaders }): ClientAddress {
    return this.#readClientAddress(peerAddress, request);
  }

  /** Resolves once the request was joined, or answered and its socket closed. It never rejects. */
  acceptUpgrade(upgrade: ReceivedUpgrade): Promise<void> {
    return this.pipeline.accept(upgrade).catch((error: unknown) => {
      upgrade.socket.destroy();
      this.parts.logger.error({ err: error }, 'a connection failed in a way that it should not');
    });
  }

  /** Counts a request that a listener refused before it could be read. */
  noteUnread(code: RefusalCode): void {
    this.metrics.countRefused(code);
    this.parts.refusalNotices?.noteUnread(code);
  }

  async stop(): Promise<void> {
    this.drain.stop();
    this.slices.clear();
    this.taps.stop();
    this.#tokens.stop();
    this.#events.stop();
    this.#stopReviewing?.();
    await this.follower.stop();
    const { source, tickets, limiter } = this.parts;
    await Promise.all([source.close(), tickets.close(), limiter.close()]);
  }

  // The table knows ids of tenants alone; those of other things mean nothing to it.
  #updateRates(ids: readonly string[]): void {
    for (const id of ids) this.traffic.setRates(id, this.configuration.tenant(id)?.limits ?? null);
  }

  #noteState(): void {
    const { state } = this;
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  #onJoined(connection: LiveConnection, handshakeMs: number): void {
    this.metrics.countJoined(handshakeMs);
    this.#unverifiedUpstreams.note(connection);
    this.#events.opened(connection);
    if (connection.apiKey) this.keyUses.note(connection.apiKey.id);
    this.#reviewer.reviewConnection(connection);
    this.drain.noteJoined(connection);
  }

  #onRecord(record: ConnectionRecord): void {
    this.metrics.countRecord(record);
    logRecord(this.parts.logger, record);
    if (record.outcome === 'refused') {
      this.parts.refusalNotices?.note(record);
      return;
    }
    this.taps.connectionEnded(record.connectionId);
    this.drain.noteEnd();
    this.#events.closed(record);
  }

  #onConfigStatus(status: FollowerStatus): void {
    this.metrics.setConfigStatus(status);
    this.#noteState();
    const refusal = refusalOf(status);
    if (refusal !== this.#refusal) this.parts.membership.announce();
    this.#refusal = refusal;
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
      wheel: this.wheel,
      balancer: new Balancer(),
      lookupFor: (tenantId) => this.#lookupFor(tenantId),
      addressPolicy: this.reserved.guard(createAddressPolicy(this.parts.settings.upstreamAllow)),
      closeTimeoutMs,
      halfOpenTimeoutMs,
      onJoined: (connection, handshakeMs) => this.#onJoined(connection, handshakeMs),
      onRecord: (record) => this.#onRecord(record),
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

  // Without TLS keys come from the operator's own network alone.
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

  #createDrain(): Drain {
    const { pipeline, registry, parts } = this;
    const { logger, membership } = parts;
    const onStarted = (): void => this.#noteState();
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
