import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { BoundListener } from '#libs/engine';
import type { ListenAddress } from '#libs/settings';
import type { CertificateStore } from '#libs/tls';
import { createAddressMatcher } from '#libs/addresses';
import { listenOnSetting } from '../../bootstrap/listen-on-setting.js';
import { DataPlane } from '../data-plane/data-plane.js';
import { reserveServers } from '../data-plane/reserve-servers.js';
import { untilServing } from '../data-plane/until-serving.js';
import { FleetLink } from '../fleet/fleet-link.js';
import { gatewayParts, type GatewayParts } from '../data-plane/gateway-options.js';
import { openCertificates } from '../listeners/open-certificates.js';
import { FileDescriptors, openFilesLimit } from '../listeners/file-descriptors.js';
import { PendingSockets } from '../listeners/pending-sockets.js';
import { headersTimeoutMs } from '../listeners/request-bounds.js';
import { EngineUpgradeListener } from '../listeners/engine-upgrade-listener.js';
import {
  UpgradeListener,
  type UpgradeListenerEvents,
  type UpgradeListenerOptions,
} from '../listeners/upgrade-listener.js';
import { DroppedClients } from '../data-plane/dropped-clients.js';

/** Starts, drains and stops what Nest does not know of: the data plane and its listeners. */
@Injectable()
export class GatewayLifecycle implements OnApplicationShutdown {
  readonly #listeners: (UpgradeListener | EngineUpgradeListener)[] = [];
  readonly #urls: string[] = [];
  readonly #isTrustedProxy: (address: string) => boolean;
  readonly #pending: PendingSockets;
  readonly #descriptors: FileDescriptors;
  readonly #dropped: DroppedClients;
  #certificates: CertificateStore | null = null;
  #releaseServers: () => void = () => undefined;

  constructor(
    @Inject(gatewayParts) private readonly parts: GatewayParts,
    private readonly dataPlane: DataPlane,
    private readonly fleetLink: FleetLink,
  ) {
    const { trustedProxies, maxPendingPerAddress, maxPending } = parts.settings;
    this.#isTrustedProxy = createAddressMatcher(trustedProxies);
    this.#pending = new PendingSockets({
      perAddress: maxPendingPerAddress,
      total: maxPending,
      isProxy: this.#isTrustedProxy,
    });
    const limit = openFilesLimit();
    const { registry, metrics } = dataPlane;
    this.#dropped = new DroppedClients({ metrics, logger: parts.logger, openFilesLimit: limit });
    this.#descriptors = new FileDescriptors({
      limit,
      perConnection: parts.hasUpstreamInProcess === true ? 3 : 2,
      clients: () => this.openSockets,
      joined: () => registry.size,
    });
  }

  /** Where clients connect to. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** Sockets of clients that are open, whether joined or not. */
  get openSockets(): number {
    const ofListeners = this.#listeners.reduce((sum, listener) => sum + listener.openSockets, 0);
    return ofListeners + (this.parts.engine?.connections ?? 0);
  }

  async start(): Promise<void> {
    const { listen, tls } = this.parts.settings;
    if (tls) this.#certificates = await openCertificates(tls, this.parts.logger);
    this.#releaseServers = reserveServers(this.dataPlane.reserved, this.parts);
    await this.dataPlane.start();
    const { supervision } = this.parts;
    if (supervision) await untilServing(this.dataPlane.configuration, supervision.listenWithinMs);
    // In the order in which the supervisor opened them.
    const inherited = [...(supervision?.inherited ?? [])];
    for (const address of listen) {
      const listenPlain = (): Promise<void> => this.#listen(address, inherited.shift(), null);
      await listenOnSetting('SLUICE_GATEWAY_LISTEN', address, listenPlain);
    }
    for (const address of tls?.listen ?? []) {
      const listenTls = (): Promise<void> => this.#listen(address, inherited.shift(), this.#certificates);
      await listenOnSetting('SLUICE_GATEWAY_TLS_LISTEN', address, listenTls);
    }
  }

  /**
   * Says 1001 to every connection, spread over `SLUICE_DRAIN_SECONDS` or what is left of a drain that would end sooner,
   * and answers new requests with 503.
   */
  async drain(): Promise<void> {
    const { drain } = this.dataPlane;
    drain.begin(this.parts.settings.drainSeconds * 1000);
    await drain.whenOver();
  }

  /**
   * Leaves the place to another gateway that listens on the same addresses: accepts no more sockets, serves those that it
   * has, and says 1001 to every connection, spread over `SLUICE_DRAIN_SECONDS`.
   */
  async retire(): Promise<void> {
    const { drain } = this.dataPlane;
    for (const listener of this.#listeners) listener.stopListening();
    // What the engine has accepted and not reported yet comes within these two turns of the loop.
    await nextTurn();
    await nextTurn();
    drain.retire(this.parts.settings.drainSeconds * 1000);
    await drain.whenOver(() => this.#pending.size, headersTimeoutMs);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    // The ends of its connections give slots back, and are recorded.
    await this.parts.engine?.close();
    this.#releaseServers();
    this.#certificates?.stop();
    await this.dataPlane.stop();
    await this.fleetLink.leave();
  }

  async #listen(
    address: ListenAddress,
    inherited: BoundListener | undefined,
    certificates: CertificateStore | null,
  ): Promise<void> {
    const { dataPlane, parts } = this;
    const events: UpgradeListenerEvents = {
      onUpgrade: (upgrade) => void dataPlane.acceptUpgrade(upgrade),
      onRefused: (code) => dataPlane.noteUnread(code),
      onDropped: (reason, error) => this.#dropped.note(reason, error),
    };
    const { proxyProtocol, maxHeaderBytes } = parts.settings;
    const options: UpgradeListenerOptions = {
      bounds: { maxHeaderBytes },
      certificates,
      isProxy: proxyProtocol ? this.#isTrustedProxy : null,
      pending: this.#pending,
      readClientAddress: (peerAddress, request) => dataPlane.clientAddressOf(peerAddress, request),
      hasDescriptors: () => this.#descriptors.hasRoom(),
    };
    // TLS, PROXY headers and listeners of `node:cluster` are Node's.
    const isOfEngine = !certificates && !proxyProtocol && (!parts.supervision || inherited !== undefined);
    const listener =
      parts.engine && isOfEngine
        ? new EngineUpgradeListener(parts.engine, events, options)
        : new UpgradeListener(events, options);
    this.#listeners.push(listener);
    this.#urls.push(await listener.listen(address, inherited));
    const { address: boundAddress, port } = listener.boundTo;
    dataPlane.reserved.addListener(boundAddress, port);
  }
}
