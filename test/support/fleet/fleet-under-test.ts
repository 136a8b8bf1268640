import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Fleet, FleetMember, FleetMembership } from '#libs/fleet';
import type { LogLine } from '../config-bus/recording-logger.js';
import { longWait } from '../long-wait.js';

/** A fleet on one adapter; the spec of each adapter implements it. */
export interface FleetUnderTest {
  fleet: Fleet;
  createMembership(): FleetMembership;
  /** The log lines of both ends. */
  lines: LogLine[];
}

interface FleetFixture {
  readonly fleet: Fleet;
  readonly lines: LogLine[];
  /** A membership that the fixture closes. */
  membership(): FleetMembership;
  /** Joins all members; resolves when the fleet lists them. */
  join(...members: FleetMember[]): Promise<FleetMembership[]>;
  logged(message: string): LogLine[];
}

/** A fresh fleet for each test, which is closed after it. */
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
    if (opened === undefined) throw new Error('the fleet exists only while a test runs');
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
      }, longWait);
      return joined;
    },
    logged: (message) => current().lines.filter((line) => line.message === message),
  };
  return fixture;
}
