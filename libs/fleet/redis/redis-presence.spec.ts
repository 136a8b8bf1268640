import { afterEach, describe, expect, test, vi } from 'vitest';
import { countAll } from '../../../test/support/fleet/fleet-samples.js';
import { fleetBecomes, redisFleetWorld, redisTimeMs } from '../../../test/support/fleet/redis-fleet-world.js';
import { ScriptedMember } from '../../../test/support/fleet/scripted-member.js';
import { longWait } from '../../../test/support/long-wait.js';
import { startTcpProxy } from '../../../test/support/tcp-proxy.js';
import { fleetKeys } from './fleet-keys.js';

const world = redisFleetWorld();
const never = 3_600_000;

afterEach(() => vi.useRealTimers());

/** Joins a gateway through a proxy that can cut it off. */
async function joinThroughProxy(opened: ReturnType<typeof world.open>, member: ScriptedMember) {
  const proxy = await startTcpProxy(Number(new URL(world.server.url).port));
  const url = `redis://127.0.0.1:${String(proxy.port)}`;
  opened.membership({ url, timeoutMs: 200 }).join(member);
  return proxy;
}

describe('presence over Redis', () => {
  test('a gateway that vanished is stale, still listed, still receives requests, and is reported as unresponsive at once', async () => {
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
      unresponsive: [vanishes.id],
    });
  });

  test('a frozen gateway is stale and still receives requests; it recovers automatically', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ leaseMs: 1000 });
    const member = new ScriptedMember();
    // With such a long interval of heartbeats it looks frozen, although it receives messages.
    const membership = opened.membership({ heartbeatMs: never });
    membership.join(member);
    await fleetBecomes(fleet, { [member.id]: 'stale' });
    const { answers } = await fleet.ask(null, 'closeConnections', countAll, 60_000);
    expect(answers).toHaveLength(1);
    membership.announce();
    await fleetBecomes(fleet, { [member.id]: 'ready' });
  });

  test('a stale gateway is forgotten after its time, and removed from Redis', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ leaseMs: 100, forgetMs: 600 });
    const [lives, stops] = [new ScriptedMember(), new ScriptedMember()];
    opened.membership().join(lives);
    opened.membership({ heartbeatMs: never }).join(stops);
    const { members } = fleetKeys(opened.prefix);
    await vi.waitFor(async () => expect(await world.admin.hlen(members)).toBe(2), longWait);
    await vi.waitFor(async () => {
      expect((await fleet.gateways()).map(({ id }) => id)).toEqual([lives.id]);
      expect(await world.admin.hkeys(members)).toEqual([lives.id]);
    }, longWait);
  });

  test('the fleet has two keys with a time to live, and none after the last gateway has left', async () => {
    const opened = world.open();
    const membership = opened.membership();
    membership.join(new ScriptedMember());
    const { members, loads } = fleetKeys(opened.prefix);
    await vi.waitFor(async () => {
      expect((await world.admin.keys(`${opened.prefix}:*`)).sort()).toEqual([loads, members]);
      expect(await world.admin.pttl(loads)).toBeGreaterThan(0);
    }, longWait);
    expect(await world.admin.pttl(members)).toBeGreaterThan(3_000_000);
    await membership.leave();
    expect(await world.admin.keys(`${opened.prefix}:*`)).toEqual([]);
  });

  test('the age of a heartbeat does not depend on the clocks of the machines', async () => {
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

  test('an invalid entry of a gateway is logged and removed, and the others are listed', async () => {
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

  test('a gateway is registered only once it receives requests', async () => {
    const opened = world.open();
    const member = new ScriptedMember();
    const channel = fleetKeys(opened.prefix).requests(member.id);
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

  test('a gateway that leaves in the middle of a heartbeat is removed', async () => {
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

describe('loads over Redis', () => {
  const loads = { rte_1: { ups_1: 5 } };

  test('loads of a gateway that vanished, or that are not valid, do not count and are removed', async () => {
    const opened = world.open();
    const [lives, vanishes] = [new ScriptedMember(), new ScriptedMember()];
    vanishes.loads = loads;
    opened.membership().join(lives);
    const proxy = await joinThroughProxy(opened, vanishes);
    await vi.waitFor(() => expect(lives.peers).toEqual([loads]), longWait);
    proxy.close();
    await vi.waitFor(() => expect(lives.peers).toEqual([]), longWait);
    const key = fleetKeys(opened.prefix).loads;
    const broken = { seenAtMs: await redisTimeMs(world.admin), loads: { rte_1: { ups_1: -1 } } };
    await vi.waitFor(async () => {
      // Again, since the whole hash expires if heartbeats are late.
      await world.admin.hset(key, 'gtw_x', JSON.stringify(broken));
      expect(opened.messages()).toContain('the loads of a gateway are not valid and were removed');
    }, longWait);
    await vi.waitFor(async () => expect(await world.admin.hkeys(key)).toEqual([lives.id]), longWait);
    expect(lives.peers).toEqual([]);
  });

  test('while Redis is down a gateway has the loads of no other', async () => {
    const opened = world.open();
    const [lives, other] = [new ScriptedMember(), new ScriptedMember()];
    other.loads = loads;
    opened.membership().join(other);
    const proxy = await joinThroughProxy(opened, lives);
    await vi.waitFor(() => expect(lives.peers).toEqual([loads]), longWait);
    proxy.close();
    await vi.waitFor(() => expect(lives.peers).toEqual([]), longWait);
  });

  test('a fleet of more than 100 gateways shares none, and fewer share fewer counts each', async () => {
    const opened = world.open();
    const [lives, other] = [new ScriptedMember(), new ScriptedMember()];
    other.loads = loads;
    for (const member of [other, lives]) opened.membership().join(member);
    await vi.waitFor(() => expect(lives.peers).toEqual([loads]), longWait);
    expect(lives.maxCounts).toBe(1000);
    const status = JSON.stringify({ seenAtMs: await redisTimeMs(world.admin), status: {} });
    const addUpTo = (count: number): Promise<number> => {
      const added = new Map(Array.from({ length: count - 2 }, (_, index) => [`gtw_${index}`, status]));
      return world.admin.hset(fleetKeys(opened.prefix).members, added);
    };
    await addUpTo(50);
    await vi.waitFor(() => expect(lives.maxCounts).toBe(200), longWait);
    await addUpTo(101);
    await vi.waitFor(() => expect(lives.peers).toEqual([]), longWait);
  });
});
