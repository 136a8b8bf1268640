import { createAddressMatcher, createClientAddressReader, type ReadClientAddress } from '#libs/addresses';
import type { BoundListener, Engine } from '#libs/engine';
import type { GatewaySettings, ListenAddress } from '#libs/settings';
import type { CertificateLogger, CertificateStore } from '#libs/tls';
import { listenOnSetting } from '../../bootstrap/listen-on-setting.js';
import { DroppedClients, type DroppedClientsInput } from './dropped-clients.js';
import { EngineUpgradeListener } from './engine-upgrade-listener.js';
import { FileDescriptors, openFilesLimit } from './file-descriptors.js';
import { openCertificates } from './open-certificates.js';
import { PendingSockets } from './pending-sockets.js';
import { UpgradeListener } from './upgrade-listener.js';
import type { UpgradeListenerEvents, UpgradeListenerOptions } from './upgrade-listener-options.js';

export interface ClientListenersInput extends Pick<
  UpgradeListenerEvents,
  'onUpgrade' | 'onRefused' | 'http'
> {
  settings: GatewaySettings;
  engine: Engine | null;
  /**
   * Null: there is no supervisor. `inherited` listeners are in the order of the addresses; null:
   * `node:cluster` opens them.
   */
  supervision: { inherited: readonly BoundListener[] | null } | null;
  /** The number of file descriptors that a connection takes. */
  descriptorsPerConnection: number;
  joined: { readonly size: number };
  metrics: DroppedClientsInput['metrics'];
  logger: DroppedClientsInput['logger'] & CertificateLogger;
  onListening(address: string, port: number): void;
}

/** The listeners of all client addresses, with their common bounds. */
export class ClientListeners {
  readonly #listeners: (UpgradeListener | EngineUpgradeListener)[] = [];
  readonly #urls: string[] = [];
  readonly #isTrustedProxy: (address: string) => boolean;
  readonly #readClientAddress: ReadClientAddress;
  readonly #pending: PendingSockets;
  readonly #descriptors: FileDescriptors;
  readonly #dropped: DroppedClients;
  #certificates: CertificateStore | null = null;

  constructor(private readonly input: ClientListenersInput) {
    const { trustedProxies, maxPendingPerAddress, maxPending } = input.settings;
    const { metrics, logger, descriptorsPerConnection, joined } = input;
    this.#isTrustedProxy = createAddressMatcher(trustedProxies);
    this.#readClientAddress = createClientAddressReader(trustedProxies);
    this.#pending = new PendingSockets({
      perAddress: maxPendingPerAddress,
      total: maxPending,
      isProxy: this.#isTrustedProxy,
    });
    const limit = openFilesLimit();
    this.#dropped = new DroppedClients({ metrics, logger, openFilesLimit: limit });
    this.#descriptors = new FileDescriptors({
      limit,
      perConnection: descriptorsPerConnection,
      clients: () => this.openSockets,
      joined: () => joined.size,
    });
  }

  /** The URLs to which clients connect. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** The number of open client sockets, joined or not. */
  get openSockets(): number {
    const ofListeners = this.#listeners.reduce((sum, listener) => sum + listener.openSockets, 0);
    return ofListeners + (this.input.engine?.connections ?? 0);
  }

  /** The number of client sockets whose request is not admitted yet. */
  get pendingSockets(): number {
    return this.#pending.size;
  }

  /**
   * Reads the certificates of TLS addresses; a wrong certificate fails the start before anything else is
   * opened.
   */
  async readCertificates(): Promise<void> {
    const { settings, logger } = this.input;
    if (settings.tls) this.#certificates = await openCertificates(settings.tls, logger);
  }

  async listen(): Promise<void> {
    const { settings, supervision } = this.input;
    const inherited = [...(supervision?.inherited ?? [])];
    for (const address of settings.listen) {
      const listenPlain = (): Promise<void> => this.#listen(address, inherited.shift(), null);
      await listenOnSetting('SLUICE_GATEWAY_LISTEN', address, listenPlain);
    }
    for (const address of settings.tls?.listen ?? []) {
      const listenTls = (): Promise<void> => this.#listen(address, inherited.shift(), this.#certificates);
      await listenOnSetting('SLUICE_GATEWAY_TLS_LISTEN', address, listenTls);
    }
  }

  /** Accepts no more sockets, and continues to serve the open ones. */
  stopListening(): void {
    for (const listener of this.#listeners) listener.stopListening();
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    for (const listener of this.#listeners) listener.closeIdle();
  }

  /** Stops listening and drops all remaining sockets. */
  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    // The connections of the engine end here, release their slots and are recorded.
    await this.input.engine?.close();
    this.#certificates?.stop();
  }

  async #listen(
    address: ListenAddress,
    inherited: BoundListener | undefined,
    certificates: CertificateStore | null,
  ): Promise<void> {
    const { engine, supervision } = this.input;
    // TLS, PROXY headers and listeners of `node:cluster` need a server of Node.
    const { proxyProtocol } = this.input.settings;
    const canUseEngine = !certificates && !proxyProtocol && (!supervision || inherited !== undefined);
    const options = this.#optionsOf(certificates);
    const listener =
      engine && canUseEngine
        ? new EngineUpgradeListener(engine, this.#events(), options)
        : new UpgradeListener(this.#events(), options);
    this.#listeners.push(listener);
    this.#urls.push(await listener.listen(address, inherited));
    const { address: boundAddress, port } = listener.boundTo;
    this.input.onListening(boundAddress, port);
  }

  #events(): UpgradeListenerEvents {
    const { onUpgrade, onRefused, http } = this.input;
    return { onUpgrade, onRefused, http, onDropped: (reason, error) => this.#dropped.count(reason, error) };
  }

  #optionsOf(certificates: CertificateStore | null): UpgradeListenerOptions {
    const { proxyProtocol, maxHeaderBytes, tls } = this.input.settings;
    return {
      bounds: { maxHeaderBytes },
      certificates,
      http2: tls?.http2 ?? false,
      isProxy: proxyProtocol ? this.#isTrustedProxy : null,
      pending: this.#pending,
      readClientAddress: this.#readClientAddress,
      hasDescriptors: () => this.#descriptors.hasRoom(),
    };
  }
}
