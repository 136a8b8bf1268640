import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Configuration } from '#libs/routing';
import type { ReservedEndpoints } from '#libs/upstreams';
import type { Drain } from '../data-plane/drain.js';
import type { GatewayOptions } from '../data-plane/gateway-options.js';
import { reserveServers } from '../data-plane/reserve-servers.js';
import { untilServing } from '../data-plane/until-serving.js';
import type { FleetLink } from '../fleet/fleet-link.js';
import type { ClientListeners } from '../listeners/client-listeners.js';
import { headersTimeoutMs } from '../listeners/request-bounds.js';

export interface GatewayLifecycleInput {
  options: Pick<GatewayOptions, 'settings' | 'reservedUrls' | 'supervision'>;
  dataPlane: { start(): Promise<void>; stop(): Promise<void> };
  configuration: Pick<Configuration, 'position' | 'onApplied'>;
  reserved: ReservedEndpoints;
  drain: Pick<Drain, 'stopWithin' | 'retire' | 'whenOver'>;
  listeners: ClientListeners;
  fleetLink: Pick<FleetLink, 'leave'>;
}

/** Starts, drains and stops a gateway: its data plane, its listeners and its membership in the fleet. */
export class GatewayLifecycle implements OnApplicationShutdown {
  #releaseServers: () => void = () => undefined;

  constructor(private readonly input: GatewayLifecycleInput) {}

  async start(): Promise<void> {
    const { options, dataPlane, configuration, reserved, listeners } = this.input;
    await listeners.readCertificates();
    this.#releaseServers = reserveServers(reserved, options);
    await dataPlane.start();
    const { supervision } = options;
    if (supervision) await untilServing(configuration, supervision.listenWithinMs);
    await listeners.listen();
  }

  /**
   * Closes every connection with 1001, spread over `SLUICE_DRAIN_SECONDS`, or over the rest of a drain that
   * ends sooner, and answers new requests with 503.
   */
  async drain(): Promise<void> {
    const { drain } = this.input;
    drain.stopWithin(this.#drainPeriodMs);
    await drain.whenOver();
  }

  /**
   * Yields to another gateway that listens on the same addresses: accepts no more sockets, serves the open
   * ones, and closes every connection with 1001, spread over `SLUICE_DRAIN_SECONDS`.
   */
  async retire(): Promise<void> {
    const { drain, listeners } = this.input;
    listeners.stopListening();
    // Sockets that the engine has accepted but not reported yet arrive within these two turns of the event
    // loop.
    await nextTurn();
    await nextTurn();
    drain.retire(this.#drainPeriodMs);
    await drain.whenOver(() => listeners.pendingSockets, headersTimeoutMs);
  }

  async onApplicationShutdown(): Promise<void> {
    const { listeners, dataPlane, fleetLink } = this.input;
    await listeners.close();
    this.#releaseServers();
    await dataPlane.stop();
    await fleetLink.leave();
  }

  get #drainPeriodMs(): number {
    return this.input.options.settings.drainSeconds * 1000;
  }
}
