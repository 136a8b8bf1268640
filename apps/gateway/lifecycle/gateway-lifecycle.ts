import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataPlane } from '../data-plane/data-plane.js';
import { gatewayOptions, type GatewayOptions } from '../gateway-options.js';
import { UpgradeListener } from '../listeners/upgrade-listener.js';

/** Starts, drains and stops what Nest does not know of: the data plane and its listeners. */
@Injectable()
export class GatewayLifecycle implements OnApplicationShutdown {
  readonly #listeners: UpgradeListener[] = [];
  readonly #urls: string[] = [];

  constructor(
    @Inject(gatewayOptions) private readonly options: GatewayOptions,
    private readonly dataPlane: DataPlane,
  ) {}

  /** Where clients connect to. */
  get urls(): readonly string[] {
    return this.#urls;
  }

  /** Sockets of clients that are open, whether joined or not. */
  get openSockets(): number {
    return this.#listeners.reduce((sum, listener) => sum + listener.openSockets, 0);
  }

  async start(): Promise<void> {
    await this.dataPlane.start();
    for (const address of this.options.settings.listen) {
      const listener = new UpgradeListener({
        onUpgrade: (request, socket, earlyBytes) => this.dataPlane.acceptUpgrade(request, socket, earlyBytes),
        onError: (error) => this.options.logger.error({ err: error }, 'a client could not be accepted'),
        onRefused: (code) => this.dataPlane.metrics.countRefused(code),
      });
      this.#listeners.push(listener);
      this.#urls.push(await listener.listen(address));
    }
  }

  /** Says 1001 to every connection, spread over `SLUICE_DRAIN_SECONDS`, and answers new requests with 503. */
  async drain(): Promise<void> {
    const { drainSeconds } = this.options.settings;
    this.options.logger.info({ connections: this.dataPlane.registry.size, drainSeconds }, 'draining');
    await this.dataPlane.drain(drainSeconds * 1000);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.dataPlane.stop();
  }
}
