import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataPlane } from '../data-plane/data-plane.js';
import { FleetLink } from '../fleet/fleet-link.js';
import { gatewayParts, type GatewayParts } from '../gateway-options.js';
import { UpgradeListener } from '../listeners/upgrade-listener.js';

/** Starts, drains and stops what Nest does not know of: the data plane and its listeners. */
@Injectable()
export class GatewayLifecycle implements OnApplicationShutdown {
  readonly #listeners: UpgradeListener[] = [];
  readonly #urls: string[] = [];

  constructor(
    @Inject(gatewayParts) private readonly parts: GatewayParts,
    private readonly dataPlane: DataPlane,
    private readonly fleetLink: FleetLink,
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
    for (const address of this.parts.settings.listen) {
      const listener = new UpgradeListener({
        onUpgrade: (request, socket, earlyBytes) => this.dataPlane.acceptUpgrade(request, socket, earlyBytes),
        onError: (error) => this.parts.logger.error({ err: error }, 'a client could not be accepted'),
        onRefused: (code) => this.dataPlane.metrics.countRefused(code),
      });
      this.#listeners.push(listener);
      this.#urls.push(await listener.listen(address));
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

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    await this.dataPlane.stop();
    await this.fleetLink.leave();
  }
}
