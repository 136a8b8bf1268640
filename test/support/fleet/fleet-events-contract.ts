import { describe, expect, test, vi } from 'vitest';
import type { FleetEvent } from '#libs/fleet';
import { longWait } from '../long-wait.js';
import { numberedEvent } from './fleet-samples.js';
import { fleetFixture, type FleetUnderTest } from './fleet-under-test.js';
import { ScriptedMember } from './scripted-member.js';

/** The contract for events: events of gateways arrive at every subscriber, in order. */
export function describeFleetEvents(name: string, open: () => FleetUnderTest): void {
  describe(`${name}: events`, () => {
    const fixture = fleetFixture(open);

    async function listen(): Promise<{ heard: FleetEvent[]; release: () => void }> {
      const heard: FleetEvent[] = [];
      const release = await fixture.fleet.subscribe((event) => heard.push(event));
      return { heard, release };
    }

    const numbersOf = (heard: FleetEvent[], tapId: string) =>
      heard.flatMap((event) => (event.type === 'tapFrames' && event.tapId === tapId ? [event.omitted] : []));

    test('every listener receives the events of each gateway once and in order', async () => {
      const [one, other] = await fixture.join(new ScriptedMember(), new ScriptedMember());
      const listeners = [await listen(), await listen()];
      const numbers = Array.from({ length: 500 }, (_, index) => index);
      for (const number of numbers) {
        one?.publish(numberedEvent('one', number));
        other?.publish(numberedEvent('other', number));
        if (number % 100 === 0) await new Promise(setImmediate);
      }
      for (const { heard } of listeners) {
        await vi.waitFor(() => expect(heard).toHaveLength(1000), longWait);
        expect(numbersOf(heard, 'one')).toEqual(numbers);
        expect(numbersOf(heard, 'other')).toEqual(numbers);
      }
    });

    test('a released listener receives no more events, and the others still do', async () => {
      const [membership] = await fixture.join(new ScriptedMember());
      const [first, second] = [await listen(), await listen()];
      membership?.publish(numberedEvent('tap', 1));
      await vi.waitFor(() => expect([first.heard, second.heard].flat()).toHaveLength(2), longWait);
      first.release();
      first.release();
      membership?.publish(numberedEvent('tap', 2));
      await vi.waitFor(() => expect(second.heard).toHaveLength(2), longWait);
      expect(first.heard).toHaveLength(1);
      second.release();
      const third = await listen();
      membership?.publish(numberedEvent('tap', 3));
      await vi.waitFor(() => expect(third.heard).toHaveLength(1), longWait);
    });

    test('an invalid event is dropped and logged, and other events still arrive', async () => {
      const [membership] = await fixture.join(new ScriptedMember());
      const { heard } = await listen();
      membership?.publish(numberedEvent('tap', 1));
      membership?.publish(numberedEvent('tap', -1));
      membership?.publish({ type: 'nothingKnown' } as unknown as FleetEvent);
      membership?.publish(numberedEvent('tap', 2));
      await vi.waitFor(() => expect(numbersOf(heard, 'tap')).toEqual([1, 2]), longWait);
      const dropped = fixture.logged('an event of the fleet that is not valid was dropped');
      expect(dropped).toHaveLength(2);
      expect(dropped[0]?.fields).toMatchObject({ problem: expect.stringContaining('omitted') as string });
    });

    test('a listener that throws does not keep events from the others', async () => {
      const [membership] = await fixture.join(new ScriptedMember());
      await fixture.fleet.subscribe(() => {
        throw new Error('a bug');
      });
      const { heard } = await listen();
      membership?.publish(numberedEvent('tap', 1));
      membership?.publish(numberedEvent('tap', 2));
      await vi.waitFor(() => expect(heard).toHaveLength(2), longWait);
      expect(fixture.logged('a listener to the fleet failed')[0]?.fields).toMatchObject({ reason: 'a bug' });
    });

    test('an event that a gateway publishes just before it leaves arrives', async () => {
      const member = new ScriptedMember();
      const [membership] = await fixture.join(member);
      const { heard } = await listen();
      const at = '2026-11-22T14:00:00.000Z';
      membership?.publish({ type: 'gatewayStopped', at, gateway: member.status() });
      await membership?.leave();
      await vi.waitFor(() => expect(heard.map(({ type }) => type)).toEqual(['gatewayStopped']), longWait);
    });

    test('frames of a tap arrive unchanged', async () => {
      const [membership] = await fixture.join(new ScriptedMember());
      const { heard } = await listen();
      const published: FleetEvent = {
        type: 'tapFrames',
        tapId: 'tap',
        omitted: 0,
        frames: Array.from({ length: 5 }, () => ({
          at: '2026-11-22T14:00:00.000Z',
          from: 'client',
          opcode: 'text',
          isFinal: true,
          isCompressed: false,
          length: 65_536,
          payload: {
            bytes: Buffer.alloc(65_536, 'a').toString('base64'),
            isTruncated: false,
            isInflated: false,
            unknownBytes: 0,
          },
        })),
      };
      membership?.publish(published);
      await vi.waitFor(() => expect(heard).toEqual([published]), longWait);
    });
  });
}
