import { describe, expect, test, vi } from 'vitest';
import { longWait } from '../long-wait.js';
import { countAll, liveConnection } from './fleet-samples.js';
import { fleetFixture, type FleetUnderTest } from './fleet-under-test.js';
import { gate, ScriptedMember } from './scripted-member.js';

const never = new Promise<never>(() => undefined);
// Reached only if a gateway does not answer, so the tests of that case use a short one.
const long = 60_000;
const short = 100;

/** The contract for requests: gateways answer them, and unresponsive gateways are named. */
export function describeFleetRequests(name: string, open: () => FleetUnderTest): void {
  describe(`${name}: requests`, () => {
    const fixture = fleetFixture(open);
    const eventually = (look: () => void | Promise<void>) => vi.waitFor(look, longWait);
    const ask = (gatewayId: string | null, timeoutMs: number) =>
      fixture.fleet.ask(gatewayId, 'closeConnections', countAll, timeoutMs);

    test('every gateway gets the request and answers for itself', async () => {
      const members = [1, 2, 3].map((matched) => new ScriptedMember(() => ({ matched })));
      await fixture.join(...members);
      const { answers, unresponsive } = await ask(null, long);
      const expected = members.map(({ id }, index) => ({ gatewayId: id, answer: { matched: index + 1 } }));
      expect(answers).toHaveLength(3);
      expect(answers).toEqual(expect.arrayContaining(expected));
      expect(unresponsive).toEqual([]);
      expect(members[0]?.requests).toEqual([{ kind: 'closeConnections', request: countAll }]);
    });

    test('a request to one gateway reaches no other', async () => {
      const [one, other] = [new ScriptedMember(), new ScriptedMember()];
      await fixture.join(one, other);
      expect((await ask(one.id, long)).answers).toEqual([{ gatewayId: one.id, answer: { matched: 1 } }]);
      expect(other.requests).toEqual([]);
    });

    test('an unknown gateway is reported as unresponsive at once', async () => {
      const unknown = new ScriptedMember();
      await fixture.join(new ScriptedMember());
      expect(await ask(unknown.id, long)).toEqual({ answers: [], unresponsive: [unknown.id] });
    });

    test('a gateway that does not answer in time is named, and the answers of the others are complete', async () => {
      const quick = new ScriptedMember();
      const slow = new ScriptedMember(() => never);
      await fixture.join(quick, slow);
      await eventually(async () =>
        expect(await ask(null, short)).toEqual({
          answers: [{ gatewayId: quick.id, answer: { matched: 1 } }],
          unresponsive: [slow.id],
        }),
      );
    });

    test('a late answer does not count as the answer to the next request', async () => {
      const { opened, open: release } = gate();
      const member = new ScriptedMember(async (request) => {
        const { code } = request as typeof countAll;
        if (code === 3001) await opened;
        else release();
        // The late answer is sent first.
        if (code !== 3001) await new Promise(setImmediate);
        return { matched: code };
      });
      await fixture.join(member);
      await eventually(async () => {
        const late = fixture.fleet.ask(null, 'closeConnections', { ...countAll, code: 3001 }, short);
        expect((await late).unresponsive).toEqual([member.id]);
        expect(member.requests.length).toBeGreaterThan(0);
      });
      const { answers } = await fixture.fleet.ask(
        null,
        'closeConnections',
        { ...countAll, code: 3002 },
        long,
      );
      expect(answers).toEqual([{ gatewayId: member.id, answer: { matched: 3002 } }]);
    });

    test('an invalid answer counts as no answer at once, and is logged', async () => {
      const [good, bad] = [new ScriptedMember(), new ScriptedMember(() => ({ matched: 'many' }))];
      await fixture.join(good, bad);
      const { answers, unresponsive } = await ask(null, long);
      expect(answers.map(({ gatewayId }) => gatewayId)).toEqual([good.id]);
      expect(unresponsive).toEqual([bad.id]);
      const [line] = fixture.logged('an answer that is not valid was dropped');
      expect(line?.fields).toMatchObject({ gatewayId: bad.id, kind: 'closeConnections' });
      expect(JSON.stringify(line?.fields)).toContain('matched');
    });

    test('an exception of a gateway is logged, and leaves the request unanswered', async () => {
      const member = new ScriptedMember(() => Promise.reject(new Error('the registry is on fire')));
      await fixture.join(member);
      await eventually(async () => {
        expect(await ask(null, short)).toEqual({ answers: [], unresponsive: [member.id] });
        const [line] = fixture.logged('a fleet request could not be answered');
        expect(line).toMatchObject({ level: 'error', fields: { reason: 'the registry is on fire' } });
      });
    });

    test('an invalid request or one of an unknown kind reaches no gateway', async () => {
      const member = new ScriptedMember();
      await fixture.join(member);
      const wrong = { ...countAll, code: 7 };
      const { unresponsive } = await fixture.fleet.ask(null, 'closeConnections', wrong, short);
      expect(unresponsive).toEqual([member.id]);
      await fixture.fleet.ask(null, 'constructor' as 'endTap', { tapId: 'x' }, short);
      await eventually(() => {
        expect(fixture.logged('an invalid fleet request was dropped')).toHaveLength(1);
        expect(fixture.logged('a fleet request of an unknown kind was dropped')).toHaveLength(1);
      });
      expect(member.requests).toEqual([]);
    });

    test('concurrent requests each get their own answer', async () => {
      const echo = (request: unknown) => ({ matched: (request as { code: number }).code });
      await fixture.join(new ScriptedMember(echo), new ScriptedMember(echo));
      const codes = Array.from({ length: 20 }, (_, index) => 3000 + index);
      const asked = codes.map((code) =>
        fixture.fleet.ask(null, 'closeConnections', { ...countAll, code }, long),
      );
      const matched = (await Promise.all(asked)).map(({ answers }) =>
        answers.map(({ answer }) => answer.matched),
      );
      expect(matched).toEqual(codes.map((code) => [code, code]));
    });

    test('a flood of requests reaches a gateway at most 32 at a time, and afterwards requests are answered', async () => {
      const { opened, open: release } = gate();
      const member = new ScriptedMember(async () => {
        await opened;
        return { matched: 1 };
      });
      await fixture.join(member);
      await eventually(async () => {
        await Promise.all(Array.from({ length: 100 }, () => ask(null, 300)));
        expect(member.requests).toHaveLength(32);
      });
      release();
      await eventually(async () => expect((await ask(null, short)).answers).toHaveLength(1));
    });

    test('one answer carries 1,000 connections completely', async () => {
      const member: ScriptedMember = new ScriptedMember(() => ({ connections }));
      const connections = Array.from({ length: 1000 }, () => liveConnection(member.id));
      await fixture.join(member);
      const request = { filter: {}, after: '', limit: 1000 };
      const { answers } = await fixture.fleet.ask(null, 'listConnections', request, long);
      expect(answers).toEqual([{ gatewayId: member.id, answer: { connections } }]);
      expect(answers[0]?.answer.connections[0]).not.toBe(connections[0]);
    });
  });
}
