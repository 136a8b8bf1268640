import type { Logger } from '#libs/redis';
import { EventListeners } from '../event-listeners.js';
import type { FleetEvent } from '../events.js';
import type { AgedReports } from '../left-usage.js';
import type { FleetMember } from '../ports.js';
import { Responder } from '../responder.js';

interface Joined {
  member: FleetMember;
  responder: Responder;
}

/** Stands in for Redis: it stores the members, and delivers events after the publishing call has returned. */
export class InProcessHub {
  readonly listeners: EventListeners;
  /** The reports that gateways left when they stopped, with the time by `performance.now()`. */
  readonly leftUsage = new Map<string, { leftAtMs: number; reports: AgedReports }>();
  readonly #joined = new Map<string, Joined>();

  constructor(readonly logger: Logger) {
    this.listeners = new EventListeners(logger);
  }

  add(member: FleetMember): void {
    this.#joined.set(member.id, { member, responder: new Responder(member, this.logger) });
  }

  remove(member: FleetMember): void {
    if (this.#joined.get(member.id)?.member === member) this.#joined.delete(member.id);
  }

  /** As a heartbeat of every member does over Redis. */
  exchangeLoads(): void {
    const loads = this.members.map((member) => ({ member, own: member.upstreamLoads(Infinity) }));
    for (const { member } of loads) {
      member.onPeerLoads(loads.filter((other) => other.member !== member).map(({ own }) => own));
    }
  }

  get members(): FleetMember[] {
    return [...this.#joined.values()].map(({ member }) => member);
  }

  responderOf(gatewayId: string): Responder | null {
    return this.#joined.get(gatewayId)?.responder ?? null;
  }

  publish(event: FleetEvent): void {
    queueMicrotask(() => this.listeners.notify(event));
  }
}
