import { randomUUID } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { countAll, numberedEvent } from '../../../test/support/fleet/fleet-samples.js';
import {
  fleetBecomes,
  fleetWorks,
  redisFleetWorld,
  redisTimeMs,
} from '../../../test/support/fleet/redis-fleet-world.js';
import { gate, ScriptedMember } from '../../../test/support/fleet/scripted-member.js';
import { longWait } from '../../../test/support/long-wait.js';
import { fleetKeys } from './fleet-keys.js';

const world = redisFleetWorld();

describe('messages of other programs', () => {
  test('invalid messages on the channel of requests are dropped, and valid requests are answered', async () => {
    const joinedFleet = await world.openJoined();
    const { member, prefix, messages } = joinedFleet;
    const channel = fleetKeys(prefix).requests(member.id);
    const wrong = [
      '',
      'no JSON',
      'null',
      '[]',
      '{}',
      '{"kind":7}',
      '\u0000',
      JSON.stringify({ ...question(0), more: 1 }),
    ];
    for (const text of wrong) expect(await world.admin.publish(channel, text)).toBe(1);
    await world.admin.publish(channel, JSON.stringify({ ...question(9e15), kind: '__proto__' }));
    await fleetWorks(joinedFleet);
    expect(messages().filter((message) => message === 'an invalid fleet request was dropped')).toHaveLength(
      8,
    );
    expect(messages()).toContain('a fleet request of an unknown kind was dropped');
    expect(member.requests.every(({ kind }) => kind === 'closeConnections')).toBe(true);
  });

  test('a request that arrives after the API stopped waiting is not executed', async () => {
    const { member, prefix, messages } = await world.openJoined();
    const nowMs = await redisTimeMs(world.admin);
    const channel = fleetKeys(prefix).requests(member.id);
    await world.admin.publish(channel, JSON.stringify(question(nowMs - 1000)));
    await vi.waitFor(() => expect(messages()).toContain('an expired fleet request was dropped'), longWait);
    expect(member.requests).toEqual([]);
    await world.admin.publish(channel, JSON.stringify(question(nowMs + 3_600_000)));
    await vi.waitFor(() => expect(member.requests).toHaveLength(1), longWait);
  });

  test('invalid and unexpected answers, and answers of another gateway, are dropped', async () => {
    const { opened, open } = gate();
    const fleetWorld = world.open();
    const fleet = fleetWorld.fleet();
    const member = new ScriptedMember(async () => {
      await opened;
      return { matched: 1 };
    });
    fleetWorld.membership().join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    const { message } = await listenTo(fleetKeys(fleetWorld.prefix).requests(member.id));
    const asked = fleet.ask(null, 'closeConnections', countAll, 60_000);
    const { inquiryId, askerId } = JSON.parse(await message) as { inquiryId: string; askerId: string };
    const channel = fleetKeys(fleetWorld.prefix).answers(askerId);
    const stranger = { inquiryId, gatewayId: 'gtw_stranger', answer: { matched: 666 } };
    const unasked = { inquiryId: randomUUID(), gatewayId: member.id, answer: { matched: 666 } };
    const wrong = ['', 'no JSON', 'null', '7', '{}', JSON.stringify({ ...stranger, more: 1 })];
    for (const text of [...wrong, JSON.stringify(stranger), JSON.stringify(unasked)]) {
      expect(await world.admin.publish(channel, text)).toBe(1);
    }
    open();
    expect(await asked).toEqual({
      answers: [{ gatewayId: member.id, answer: { matched: 1 } }],
      unresponsive: [],
    });
    const dropped = fleetWorld
      .messages()
      .filter((message) => message === 'an answer that is not valid was dropped');
    expect(dropped).toHaveLength(wrong.length);
  });

  test('invalid messages on the channel of events are dropped, and valid events are delivered', async () => {
    const joinedFleet = await world.openJoined();
    const { prefix, messages, heard } = joinedFleet;
    const { events } = fleetKeys(prefix);
    const good = numberedEvent('good', 1);
    for (const text of ['', 'no JSON', 'null', '{}', JSON.stringify([null, 7, {}, good])]) {
      await world.admin.publish(events, text);
    }
    await vi.waitFor(() => expect(heard).toEqual([good]), longWait);
    expect(messages().filter((message) => message === 'events that are not valid were dropped')).toHaveLength(
      4,
    );
    expect(messages().filter((message) => message.startsWith('an event of the fleet'))).toHaveLength(3);
  });
});

function question(expiresAtMs: number): object {
  const [inquiryId, askerId] = [randomUUID(), randomUUID()];
  return { inquiryId, askerId, expiresAtMs, kind: 'closeConnections', question: countAll };
}

/** Resolves once subscribed; `message` resolves with the next message. */
async function listenTo(channel: string): Promise<{ message: Promise<string> }> {
  const listener = world.admin.duplicate().on('error', () => undefined);
  const message = new Promise<string>((resolve) =>
    listener.once('message', (_, text: string) => resolve(text)),
  );
  await listener.subscribe(channel);
  return { message: message.finally(() => listener.disconnect()) };
}
