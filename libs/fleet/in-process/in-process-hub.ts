import type { Logger } from '#libs/redis';
import { EventAudience } from '../event-audience.js';
import type { FleetEvent } from '../events.js';
import type { FleetMember } from '../ports.js';
import { Respondent } from '../respondent.js';

interface Joined {
  member: FleetMember;
  respondent: Respondent;
}

/** What Redis is for the other adapter: it knows the members, and passes events on after the teller's call. */
export class InProcessHub {
  readonly audience: EventAudience;
  private readonly joined = new Map<string, Joined>();

  constructor(readonly logger: Logger) {
    this.audience = new EventAudience(logger);
  }

  add(member: FleetMember): void {
    this.joined.set(member.id, { member, respondent: new Respondent(member, this.logger) });
  }

  remove(member: FleetMember): void {
    if (this.joined.get(member.id)?.member === member) this.joined.delete(member.id);
  }

  get members(): FleetMember[] {
    return [...this.joined.values()].map(({ member }) => member);
  }

  respondentOf(gatewayId: string): Respondent | null {
    return this.joined.get(gatewayId)?.respondent ?? null;
  }

  tell(event: FleetEvent): void {
    queueMicrotask(() => this.audience.tell(event));
  }
}
