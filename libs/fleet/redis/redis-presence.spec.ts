import { afterEach, describe, expect, it, vi } from 'vitest';
import { countAll } from '../../../test/support/fleet/fleet-samples.js';
import { fleetBecomes, redisFleetWorld, redisTimeMs } from '../../../test/support/fleet/redis-fleet-world.js';
import { ScriptedMember } from '../../../test/support/fleet/scripted-member.js';
import { patiently } from '../../../test/support/patiently.js';
import { startTcpProxy } from '../../../test/support/tcp-proxy.js';
import { fleetKeys } from './fleet-keys.js';

const world = redisFleetWorld();
const never = 3_600_000;

afterEach(() => vi.useRealTimers());

/** A gateway behind a proxy, which can cut it off. */
async function joinThroughProxy(opened: ReturnType<typeof world.open>, member: ScriptedMember) {
  const proxy = await startTcpProxy(Number(new URL(world.server.url).port));
  const url = `redis://127.0.0.1:${String(proxy.port)}`;
  opened.membership({ url, timeoutMs: 200 }).join(member);
  return proxy;
}

describe('presence over Redis', () => {
  it('a gateway that vanished is stale, still listed, still asked, and named as silent at once', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ leaseMs: 1000 });
    const [lives, vanishes] = [new ScriptedMember(), new ScriptedMember()];
    opened.membership().join(lives);
    const proxy = await joinThroughProxy(opened, vanishes);
    await fleetBecomes(fleet, { [lives.id]: 'ready', [vanishes.id]: 'ready' });
    proxy.close();
    await fleetBecomes(fleet, { [lives.id]: 'ready', [vanishes.id]: 'stale' });
    expect(await fleet.ask(null, 'closeConnections', countAll, 60_000)).toEqual({
      answers: [{ gatewayId: lives.id, answer: { matched: 1 } }],
      silent: [vanishes.id],
    });
  });

  it('one that is frozen is stale and is asked; it comes back by itself', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ leaseMs: 1000 });
    const member = new ScriptedMember();
    // With so long a time between heartbeats it looks as if it were frozen, but it hears.
    const membership = opened.membership({ heartbeatMs: never });
    membership.join(member);
    await fleetBecomes(fleet, { [member.id]: 'stale' });
    const { answers } = await fleet.ask(null, 'closeConnections', countAll, 60_000);
    expect(answers).toHaveLength(1);
    membership.announce();
    await fleetBecomes(fleet, { [member.id]: 'ready' });
  });

  it('a stale gateway is forgotten in the end, and nothing of it stays in Redis', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ leaseMs: 100, forgetMs: 600 });
    const [lives, stops] = [new ScriptedMember(), new ScriptedMember()];
    opened.membership().join(lives);
    opened.membership({ heartbeatMs: never }).join(stops);
    const { members } = fleetKeys(opened.prefix);
    await vi.waitFor(async () => expect(await world.admin.hlen(members)).toBe(2), patiently);
    await vi.waitFor(async () => {
      expect((await fleet.gateways()).map(({ id }) => id)).toEqual([lives.id]);
      expect(await world.admin.hkeys(members)).toEqual([lives.id]);
    }, patiently);
  });

  it('has one key with an end, and none after the last gateway left', async () => {
    const opened = world.open();
    const membership = opened.membership();
    membership.join(new ScriptedMember());
    const { members } = fleetKeys(opened.prefix);
    await vi.waitFor(async () => expect(await world.admin.hlen(members)).toBe(1), patiently);
    expect(await world.admin.keys(`${opened.prefix}:*`)).toEqual([`${opened.prefix}:{fleet}:members`]);
    expect(await world.admin.pttl(members)).toBeGreaterThan(3_000_000);
    await membership.leave();
    expect(await world.admin.keys(`${opened.prefix}:*`)).toEqual([]);
  });

  it('the clocks of the machines do not matter', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2001-01-01T00:00:00Z') });
    const opened = world.open();
    const fleet = opened.fleet();
    const member = new ScriptedMember();
    opened.membership().join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    vi.setSystemTime(new Date('2099-01-01T00:00:00Z'));
    const [gateway] = await fleet.gateways();
    const nowMs = await redisTimeMs(world.admin);
    expect(gateway?.state).toBe('ready');
    expect(Math.abs(Date.parse(gateway?.lastSeenAt ?? '') - nowMs)).toBeLessThan(60_000);
    expect((await fleet.ask(null, 'closeConnections', countAll, 60_000)).answers).toHaveLength(1);
  });

  it('what cannot be read of a gateway is logged and removed, and the others are listed', async () => {
    const opened = world.open();
    const fleet = opened.fleet();
    const member = new ScriptedMember();
    opened.membership().join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    const { members } = fleetKeys(opened.prefix);
    await world.admin.hset(
      members,
      'gtw_1',
      'no JSON',
      'gtw_2',
      '{"seenAtMs":9e15,"status":{}}',
      'gtw_3',
      '[]',
    );
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    expect(await world.admin.hkeys(members)).toEqual([member.id]);
    const removed = opened
      .messages()
      .filter((message) => message === 'the presence of a gateway is not valid and was removed');
    expect(removed).toHaveLength(3);
  });

  it('a gateway is known only when it can be asked', async () => {
    const opened = world.open();
    const member = new ScriptedMember();
    const channel = fleetKeys(opened.prefix).questions(member.id);
    const status = vi.spyOn(member, 'status');
    const listening = new Promise<unknown[]>((resolve) => {
      status.mockImplementation(() => {
        resolve(world.admin.pubsub('NUMSUB', channel));
        status.mockRestore();
        return member.status();
      });
    });
    opened.membership().join(member);
    expect(await listening).toEqual([channel, 1]);
  });

  it('a gateway that leaves in the middle of a heartbeat is gone', async () => {
    const opened = world.open();
    const fleet = opened.fleet();
    const member = new ScriptedMember();
    const membership = opened.membership();
    const status = vi.spyOn(member, 'status');
    const left = new Promise<void>((resolve) => {
      status.mockImplementation(() => {
        status.mockRestore();
        resolve(membership.leave());
        return member.status();
      });
    });
    membership.join(member);
    await left;
    expect(await fleet.gateways()).toEqual([]);
    expect(await world.admin.hlen(fleetKeys(opened.prefix).members)).toBe(0);
  });
});
