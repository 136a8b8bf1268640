import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import type { Fleet, FleetMembership } from '#libs/fleet';
import type { FleetUnderTest } from './fleet-under-test.js';
import { ScriptedMember } from './scripted-member.js';

/** The reports that gateways leave when they stop. */
export function describeLeftUsage(name: string, open: () => FleetUnderTest): void {
  describe(`${name}: usage that gateways left`, () => {
    let fleet: Fleet;
    let membership: FleetMembership;
    let member: ScriptedMember;

    beforeEach(() => {
      const opened = open();
      fleet = opened.fleet;
      membership = opened.createMembership();
      member = new ScriptedMember();
      membership.join(member);
    });
    afterEach(async () => {
      await membership.leave();
      await fleet.close();
    });

    const report = { gatewayId: newId('gateway'), sequence: 7, periodMs: 30_000, ageMs: 5000, rows: [] };

    test('is read until it is forgotten, after its gateway has left, and ages meanwhile', async () => {
      await membership.leaveUsage(member.id, [report]);
      await membership.leave();
      const [left] = await fleet.leftUsage();
      expect(left).toMatchObject({
        gatewayId: member.id,
        reports: [{ ...report, ageMs: expect.any(Number) as number }],
      });
      const ageMs = left?.reports[0]?.ageMs ?? 0;
      expect(ageMs).toBeGreaterThanOrEqual(5000);
      expect((await fleet.leftUsage())[0]?.reports[0]?.ageMs).toBeGreaterThanOrEqual(ageMs);
      await fleet.forgetUsage(member.id);
      expect(await fleet.leftUsage()).toEqual([]);
    });
  });
}
