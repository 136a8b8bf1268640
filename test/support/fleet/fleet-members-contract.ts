import { describe, expect, test, vi } from 'vitest';
import type { GatewayStatus } from '#libs/contract';
import type { FleetEvent } from '#libs/fleet';
import { RedisError } from '#libs/redis';
import { activeTimers, timersBackTo } from '../active-timers.js';
import { longWait } from '../long-wait.js';
import { countAll, numberedEvent } from './fleet-samples.js';
import { fleetFixture, type FleetUnderTest } from './fleet-under-test.js';
import { gate, ScriptedMember } from './scripted-member.js';

const drain = { startedAt: '2026-11-22T14:00:00.000Z', periodMs: 1000, total: 2, remaining: 1 };
const lastSeenAt = expect.any(String) as string;

/** The contract for members: gateways join, change and leave, and both ends can be closed. */
export function describeFleetMembers(name: string, open: () => FleetUnderTest): void {
  describe(`${name}: members`, () => {
    const fixture = fleetFixture(open);

    test('a fleet without gateways lists none, and a request gets no answer', async () => {
      expect(await fixture.fleet.gateways()).toEqual([]);
      expect(await fixture.fleet.ask(null, 'closeConnections', countAll, 60_000)).toEqual({
        answers: [],
        unresponsive: [],
      });
    });

    test('gateways that joined are listed by id with their status', async () => {
      const members = [new ScriptedMember(), new ScriptedMember(), new ScriptedMember()];
      await fixture.join(...members.toReversed());
      const gateways = await fixture.fleet.gateways();
      expect(gateways.map(({ id }) => id)).toEqual(members.map(({ id }) => id).sort());
      for (const gateway of gateways) {
        const { lastSeenAt, ...status } = gateway;
        expect(status).toEqual(members.find(({ id }) => id === gateway.id)?.status());
        expect(new Date(lastSeenAt).toISOString()).toBe(lastSeenAt);
      }
    });

    test('an announced status is listed', async () => {
      const member = new ScriptedMember();
      const [membership] = await fixture.join(member);
      member.state = 'draining';
      member.connections = 42;
      membership?.announce();
      await vi.waitFor(async () => {
        const [gateway] = await fixture.fleet.gateways();
        expect(gateway).toMatchObject({ state: 'draining', connections: 42 });
      }, longWait);
    });

    test('a gateway of another version is listed, with unknown fields left out and missing ones null', async () => {
      const [newer, older] = [new ScriptedMember(), new ScriptedMember()];
      const known = newer.status();
      newer.status = () => ({ ...known, mood: 'sunny', drain: { ...drain, mood: 'sunny' } }) as GatewayStatus;
      const before: Partial<GatewayStatus> = older.status();
      delete before.refusal;
      older.status = () => before as GatewayStatus;
      const listener = vi.fn<(event: FleetEvent) => void>();
      await fixture.fleet.subscribe(listener);
      const [membership] = await fixture.join(newer, older);
      const gateways = await fixture.fleet.gateways();
      expect(gateways.find(({ id }) => id === newer.id)).toEqual({ ...known, drain, lastSeenAt });
      expect(gateways.find(({ id }) => id === older.id)).toEqual({ ...before, refusal: null, lastSeenAt });
      membership?.publish({ type: 'gatewayStarted', at: known.startedAt, gateway: newer.status() });
      await vi.waitFor(() => expect(listener).toHaveBeenCalledOnce(), longWait);
      expect(listener.mock.calls[0]?.[0]).toMatchObject({ gateway: { ...known, drain } });
    });

    test('an invalid status is logged, and its gateway still gets requests', async () => {
      const member = new ScriptedMember();
      const [membership] = await fixture.join(member);
      member.connections = -1;
      membership?.announce();
      await vi.waitFor(async () => expect(await fixture.fleet.gateways()).toEqual([]), longWait);
      expect(fixture.logged('the status of a gateway is not valid')[0]?.fields).toMatchObject({
        gatewayId: member.id,
        problem: expect.stringContaining('connections') as string,
      });
      const { answers } = await fixture.fleet.ask(null, 'closeConnections', countAll, 60_000);
      expect(answers).toEqual([{ gatewayId: member.id, answer: { matched: 1 } }]);
    });

    test('a gateway that has left is not listed and gets no requests, and leaving twice is harmless', async () => {
      const [stays, leaves] = [new ScriptedMember(), new ScriptedMember()];
      const [, membership] = await fixture.join(stays, leaves);
      await Promise.all([membership?.leave(), membership?.leave()]);
      await membership?.leave();
      expect((await fixture.fleet.gateways()).map(({ id }) => id)).toEqual([stays.id]);
      const { answers, unresponsive } = await fixture.fleet.ask(null, 'closeConnections', countAll);
      expect(answers.map(({ gatewayId }) => gatewayId)).toEqual([stays.id]);
      expect(unresponsive).toEqual([]);
      expect(leaves.requests).toEqual([]);
    });

    test('each gateway gets the current loads of all others, and none of a gateway that has left', async () => {
      const members = [new ScriptedMember(), new ScriptedMember(), new ScriptedMember()];
      for (const [index, member] of members.entries()) member.loads = { rte_1: { ups_1: index } };
      const memberships = await fixture.join(...members);
      const expectPeers = async (expected: number[][]): Promise<void> => {
        await vi.waitFor(() => {
          for (const membership of memberships) membership.announce();
          const counts = members.map(({ peers }) =>
            peers?.map(({ rte_1 }) => rte_1?.['ups_1'] ?? -1).toSorted(),
          );
          expect(counts.slice(0, expected.length)).toEqual(expected);
        }, longWait);
      };
      await expectPeers([
        [1, 2],
        [0, 2],
        [0, 1],
      ]);
      for (const member of members) member.loads = {};
      await expectPeers([
        [-1, -1],
        [-1, -1],
      ]);
      await memberships.pop()?.leave();
      await expectPeers([[-1], [-1]]);
    });

    test('a membership does nothing before it joins and after it has left', async () => {
      const heard: FleetEvent[] = [];
      await fixture.fleet.subscribe((event) => heard.push(event));
      const membership = fixture.membership();
      membership.announce();
      membership.publish(numberedEvent('early', 0));
      await membership.leave();
      membership.join(new ScriptedMember());
      membership.announce();
      membership.publish(numberedEvent('late', 0));
      const [other] = await fixture.join(new ScriptedMember());
      other?.publish(numberedEvent('other', 0));
      await vi.waitFor(() => expect(heard).toEqual([numberedEvent('other', 0)]), longWait);
      expect(await fixture.fleet.gateways()).toHaveLength(1);
    });

    test('closing ends pending requests and leaves no timer; afterwards every call fails', async () => {
      const timers = activeTimers();
      const { opened, open: release } = gate();
      const member = new ScriptedMember(async () => {
        await opened;
        return { matched: 1 };
      });
      const [membership] = await fixture.join(member);
      await fixture.fleet.subscribe(() => undefined);
      // Many requests, so that leaked timers stand out from those of the test runner.
      const failures = Array.from({ length: 20 }, () =>
        fixture.fleet.ask(null, 'closeConnections', countAll, 600_000).catch((error: unknown) => error),
      );
      await vi.waitFor(() => expect(member.requests).toHaveLength(20), longWait);
      await Promise.all([fixture.fleet.close(), fixture.fleet.close()]);
      for (const failure of failures) expect(await failure).toBeInstanceOf(RedisError);
      await membership?.leave();
      await expect(fixture.fleet.gateways()).rejects.toBeInstanceOf(RedisError);
      await expect(fixture.fleet.ask(null, 'closeConnections', countAll)).rejects.toBeInstanceOf(RedisError);
      await expect(fixture.fleet.ask(member.id, 'endTap', { tapId: 'x' })).rejects.toBeInstanceOf(RedisError);
      await expect(fixture.fleet.subscribe(() => undefined)).rejects.toBeInstanceOf(RedisError);
      release();
      await timersBackTo(timers);
    });
  });
}
