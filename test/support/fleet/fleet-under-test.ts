import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Fleet, FleetMember, FleetMembership } from '#libs/fleet';
import type { LogLine } from '../config-bus/recording-logger.js';
import { patiently } from '../patiently.js';

/** A fleet of one kind; each adapter's spec makes its own. */
export interface FleetUnderTest {
  fleet: Fleet;
  createMembership(): FleetMembership;
  /** What both ends have logged. */
  lines: LogLine[];
}

interface FleetFixture {
  readonly fleet: Fleet;
  readonly lines: LogLine[];
  /** A membership that the fixture ends. */
  membership(): FleetMembership;
  /** Joins, and resolves when the fleet knows all of them. */
  join(...members: FleetMember[]): Promise<FleetMembership[]>;
  logged(message: string): LogLine[];
}

/** A fresh fleet for each test; what was opened is closed after it. */
export function fleetFixture(open: () => FleetUnderTest): FleetFixture {
  let opened: FleetUnderTest | undefined;
  let memberships: FleetMembership[] = [];
  beforeEach(() => {
    opened = open();
  });
  afterEach(async () => {
    await Promise.all(memberships.map((membership) => membership.leave()));
    memberships = [];
    await opened?.fleet.close();
  });
  const current = (): FleetUnderTest => {
    if (opened === undefined) throw new Error('the fleet is there in tests only');
    return opened;
  };
  const fixture: FleetFixture = {
    get fleet() {
      return current().fleet;
    },
    get lines() {
      return current().lines;
    },
    membership() {
      const membership = current().createMembership();
      memberships.push(membership);
      return membership;
    },
    async join(...members) {
      const joined = members.map((member) => {
        const membership = fixture.membership();
        membership.join(member);
        return membership;
      });
      const ids = members.map(({ id }) => id);
      await vi.waitFor(async () => {
        const known = (await fixture.fleet.gateways()).map(({ id }) => id);
        expect(known).toEqual(expect.arrayContaining(ids));
      }, patiently);
      return joined;
    },
    logged: (message) => current().lines.filter((line) => line.message === message),
  };
  return fixture;
}
