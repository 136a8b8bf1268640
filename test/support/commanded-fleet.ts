import type { Release } from '#libs/async';
import type { Gateway } from '#libs/contract';
import {
  createInProcessFleet,
  type Answers,
  type Fleet,
  type FleetEvent,
  type FleetRequest,
  type LeftUsage,
  type RequestKind,
} from '#libs/fleet';
import { RedisError } from '#libs/redis';
import { CommandedGateway } from './commanded-gateway.js';

/** An in-process fleet whose gateways answer on command, and that a test can make unreachable. */
export class CommandedFleet implements Fleet {
  isAway = false;
  listenerCount = 0;
  readonly #bus = createInProcessFleet();

  addGateway(): CommandedGateway {
    return new CommandedGateway(this.#bus.createMembership());
  }

  async leftUsage(): Promise<LeftUsage[]> {
    this.#requireReach();
    return this.#bus.fleet.leftUsage();
  }

  async forgetUsage(gatewayId: string): Promise<void> {
    this.#requireReach();
    await this.#bus.fleet.forgetUsage(gatewayId);
  }

  async gateways(): Promise<Gateway[]> {
    this.#requireReach();
    return this.#bus.fleet.gateways();
  }

  async ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    request: FleetRequest<Kind>,
    timeoutMs?: number,
  ): Promise<Answers<Kind>> {
    this.#requireReach();
    return this.#bus.fleet.ask(gatewayId, kind, request, timeoutMs);
  }

  async subscribe(listener: (event: FleetEvent) => void): Promise<Release> {
    this.#requireReach();
    const release = await this.#bus.fleet.subscribe(listener);
    this.listenerCount += 1;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      this.listenerCount -= 1;
      release();
    };
  }

  close(): Promise<void> {
    return this.#bus.fleet.close();
  }

  #requireReach(): void {
    if (this.isAway) throw new RedisError('the fleet bus', 'it is down on command');
  }
}
