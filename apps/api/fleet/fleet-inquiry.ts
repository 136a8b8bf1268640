import { Inject, Injectable } from '@nestjs/common';
import { ConcurrencyLimit } from '#libs/async';
import type { Gateway } from '#libs/contract';
import type { Answers, Fleet, FleetRequest, RequestKind } from '#libs/fleet';
import { FLEET } from '../composition/injection-tokens.js';
import { noSuch } from '../http/references.js';

const timeoutMs = 1000;
// A gateway answers 32 questions at once and lets the rest go unanswered; half of them are for other APIs, and for taps.
const mostAtOnce = 16;

/** Asks gateways on behalf of requests. It rejects with a `RedisError` when they cannot be reached at all. */
@Injectable()
export class FleetInquiry {
  private readonly concurrency = new ConcurrencyLimit(mostAtOnce);

  constructor(@Inject(FLEET) private readonly fleet: Fleet) {}

  /** The known gateways in the order of their ids. */
  gateways(): Promise<Gateway[]> {
    return this.concurrency.run(() => this.fleet.gateways());
  }

  /** Throws `not_found` for a gateway that nobody knows. */
  async gateway(id: string): Promise<Gateway> {
    const gateway = (await this.gateways()).find((candidate) => candidate.id === id);
    if (gateway !== undefined) return gateway;
    throw noSuch('gateway');
  }

  /** Asks one gateway, or with `null` all of them, and waits a second at most. */
  ask<Kind extends RequestKind>(
    gatewayId: string | null,
    kind: Kind,
    question: FleetRequest<Kind>,
  ): Promise<Answers<Kind>> {
    return this.concurrency.run(() => this.fleet.ask(gatewayId, kind, question, timeoutMs));
  }
}
