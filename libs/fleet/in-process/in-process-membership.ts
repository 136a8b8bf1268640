import type { FleetEvent } from '../events.js';
import type { AgedReports } from '../left-usage.js';
import type { FleetMember, FleetMembership } from '../ports.js';
import type { InProcessHub } from './in-process-hub.js';

export class InProcessMembership implements FleetMembership {
  #member: FleetMember | null = null;
  #hasLeft = false;

  constructor(private readonly hub: InProcessHub) {}

  join(member: FleetMember): void {
    if (this.#hasLeft || this.#member !== null) return;
    this.#member = member;
    this.hub.add(member);
    this.hub.exchangeLoads();
  }

  /** The status is read for each request, so it is never out of date here. */
  announce(): void {
    if (this.#member !== null && !this.#hasLeft) this.hub.exchangeLoads();
  }

  publish(event: FleetEvent): void {
    if (this.#member !== null && !this.#hasLeft) this.hub.publish(event);
  }

  leaveUsage(gatewayId: string, reports: AgedReports): Promise<void> {
    this.hub.leftUsage.set(gatewayId, { leftAtMs: performance.now(), reports });
    return Promise.resolve();
  }

  async leave(): Promise<void> {
    this.#hasLeft = true;
    if (this.#member !== null) this.hub.remove(this.#member);
    this.hub.exchangeLoads();
    await Promise.resolve();
  }
}
