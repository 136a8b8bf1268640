import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyLimit } from '#libs/async';
import type { Gateway } from '#libs/contract';
import type { Answers, Fleet, FleetRequest, LeftUsage, RequestKind } from '#libs/fleet';
import { FLEET } from '../composition/injection-tokens.js';
import { notFound } from '../http/references.js';

const timeoutMs = 1000;
// A gateway serves 32 requests at once and drops the rest; the other half is left for other APIs and for
// taps.
const maxConcurrentRequests = 16;

/** Sends requests to gateways. Rejects with a `RedisError` when the fleet bus fails. */
@Injectable()
export class FleetClient {
  readonly #concurrency = new ConcurrencyLimit(maxConcurrentRequests);

  constructor(@Inject(FLEET) private readonly fleet: Fleet) {}

  /** The known gateways, sorted by id. */
  gateways(): Promise<Gateway[]> {
    return this.#concurrency.run(() => this.fleet.gateways());
  }

  /** Throws `not_found` for an unknown gateway. */
  async gateway(id: string): Promise<Gateway> {
    const gateway = (await this.gateways()).find((candidate) => candidate.id === id);
    if (gateway !== undefined) return gateway;
    throw notFound('gateway');
  }

  /** The usage reports that gateways left when they stopped. */
  leftUsage(): Promise<LeftUsage[]> {
    return this.fleet.leftUsage();
  }

  /** Deletes what a gateway left. */
  forgetUsage(gatewayId: string): Promise<void> {
    return this.fleet.forgetUsage(gatewayId);
  }

  /** Asks one gateway, or with `null` all of them, and waits for at most `withinMs`, by default a second. */
  ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    request: FleetRequest<Kind>,
    withinMs = timeoutMs,
  ): Promise<Answers<Kind>> {
    return this.#concurrency.run(() => this.fleet.ask(gatewayId, kind, request, withinMs));
  }
}
