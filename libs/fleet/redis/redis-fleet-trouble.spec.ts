import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { FleetEvent } from '#libs/fleet';
import { RedisError } from '#libs/redis';
import { countAll, numberedEvent } from '../../../test/support/fleet/fleet-samples.js';
import { fleetBecomes, fleetWorks, redisFleetWorld } from '../../../test/support/fleet/redis-fleet-world.js';
import { gate, ScriptedMember } from '../../../test/support/fleet/scripted-member.js';
import { longWait } from '../../../test/support/long-wait.js';
import { startTcpProxy } from '../../../test/support/tcp-proxy.js';

const world = redisFleetWorld();

describe('a failing Redis', () => {
  test('a gateway is registered again in an emptied Redis with its next heartbeat', async () => {
    const joinedFleet = await world.openJoined();
    await world.admin.flushall();
    await fleetWorks(joinedFleet);
  });

  test('while Redis is down, the API gets errors and the gateway none, and both recover afterwards', async () => {
    const joinedFleet = await world.openJoined();
    const { fleet, membership, heard } = joinedFleet;
    await world.server.shutDown();
    await vi.waitFor(() => expect(fleet.gateways()).rejects.toBeInstanceOf(RedisError), longWait);
    await expect(fleet.ask(null, 'closeConnections', countAll)).rejects.toBeInstanceOf(RedisError);
    await expect(fleet.subscribe(() => undefined)).rejects.toBeInstanceOf(RedisError);
    membership.announce();
    membership.publish(numberedEvent('lost', 1));
    const failures = ['events of this gateway are dropped', 'the heartbeat of this gateway failed'];
    await vi.waitFor(
      () => expect(joinedFleet.messages()).toEqual(expect.arrayContaining(failures)),
      longWait,
    );
    await world.server.start();
    await fleetWorks(joinedFleet);
    expect(heard).not.toContainEqual(numberedEvent('lost', 1));
    await vi.waitFor(
      () => expect(joinedFleet.messages()).toContain('the heartbeat of this gateway succeeds again'),
      longWait,
    );
  });

  test('a Redis that starts after both sides is used as soon as it accepts connections', async () => {
    await world.server.shutDown();
    const opened = world.open();
    const fleet = opened.fleet();
    const member = new ScriptedMember();
    const membership = opened.membership();
    try {
      membership.join(member);
      await expect(fleet.gateways()).rejects.toBeInstanceOf(RedisError);
      const subscribed = fleet.subscribe(() => undefined);
      await expect(subscribed).rejects.toBeInstanceOf(RedisError);
    } finally {
      await world.server.start();
    }
    const heard: FleetEvent[] = [];
    await vi.waitFor(() => fleet.subscribe((event) => heard.push(event)), longWait);
    await fleetWorks({ fleet, membership, member, heard });
  });

  test('a request that is pending while Redis restarts ends with an error or names the gateway as unresponsive', async () => {
    const { opened, open } = gate();
    const ends = world.open();
    const fleet = ends.fleet();
    const member = new ScriptedMember(async () => {
      await opened;
      return { matched: 1 };
    });
    ends.membership().join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    const asked = fleet.ask(null, 'closeConnections', countAll, 2000).catch((error: unknown) => error);
    await vi.waitFor(() => expect(member.requests).toHaveLength(1), longWait);
    await world.server.restartEmpty();
    const outcome = await asked;
    if (!(outcome instanceof RedisError)) expect(outcome).toEqual({ answers: [], unresponsive: [member.id] });
    open();
    await vi.waitFor(async () => {
      expect((await fleet.ask(null, 'closeConnections', countAll, 1000)).answers).toHaveLength(1);
    }, longWait);
  });

  test('calls to a frozen Redis fail within a bounded time on both sides, and succeed again when it resumes', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ timeoutMs: 200 });
    const [stays, leaves] = [new ScriptedMember(), new ScriptedMember()];
    const membership = opened.membership({ timeoutMs: 200 });
    const leaving = opened.membership({ timeoutMs: 200 });
    membership.join(stays);
    leaving.join(leaves);
    await fleetBecomes(fleet, { [stays.id]: 'ready', [leaves.id]: 'ready' });
    const heard: FleetEvent[] = [];
    await vi.waitFor(() => fleet.subscribe((event) => heard.push(event)), longWait);
    await vi.waitFor(() => {
      leaving.publish(numberedEvent('before', 1));
      expect(heard.length).toBeGreaterThan(0);
    }, longWait);
    world.server.pause();
    try {
      const open = fleet.ask(null, 'closeConnections', countAll, 100);
      await expect(open).rejects.toBeInstanceOf(RedisError);
      await expect(fleet.gateways()).rejects.toBeInstanceOf(RedisError);
      await expect(fleet.subscribe(() => undefined)).rejects.toBeInstanceOf(RedisError);
      leaving.publish(numberedEvent('lost', 1));
      await leaving.leave();
      // The timeout of an exchange of megabytes.
      expect(JSON.stringify(opened.lines)).not.toContain('no answer within 1200 ms');
    } finally {
      world.server.resume();
    }
    const { answers } = await vi.waitFor(() => fleet.ask(stays.id, 'closeConnections', countAll), longWait);
    expect(answers.length).toBeLessThan(2);
    await vi.waitFor(async () => {
      const again = await fleet.ask(stays.id, 'closeConnections', countAll, 1000);
      expect(again.answers).toHaveLength(1);
      const event = numberedEvent(randomUUID(), 1);
      membership.publish(event);
      await vi.waitFor(() => expect(heard).toContainEqual(event), { timeout: 1000, interval: 5 });
    }, longWait);
  });

  test('gateways are not reported as unresponsive when Redis freezes while answers are awaited', async () => {
    const opened = world.open();
    const fleet = opened.fleet({ timeoutMs: 1000 });
    const member = new ScriptedMember(() => new Promise<never>(() => undefined));
    opened.membership().join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    const asked = fleet.ask(null, 'closeConnections', countAll, 1000).catch((error: unknown) => error);
    await vi.waitFor(() => expect(member.requests).toHaveLength(1), longWait);
    world.server.pause();
    try {
      expect(await asked).toBeInstanceOf(RedisError);
    } finally {
      world.server.resume();
    }
  });

  test('a gateway is registered and subscribed again in a Redis that restarts empty, without waiting for a heartbeat', async () => {
    const ends = world.open();
    const fleet = ends.fleet({ checkIntervalMs: 3_600_000 });
    const membership = ends.membership({ heartbeatMs: 3_600_000 });
    const member = new ScriptedMember();
    const heard: FleetEvent[] = [];
    membership.join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    await fleet.subscribe((event) => heard.push(event));
    await world.server.restartEmpty();
    await vi.waitFor(() => {
      membership.publish(numberedEvent('tap', 1));
      expect(heard.length).toBeGreaterThan(0);
    }, longWait);
    await fleetWorks({ fleet, membership, member, heard });
  });

  test('both sides reconnect when Redis drops every connection', async () => {
    const joinedFleet = await world.openJoined();
    await world.admin.client('KILL', 'TYPE', 'pubsub');
    await world.admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await fleetWorks(joinedFleet);
  });

  test('a subscriber notices that messages no longer arrive', async () => {
    const proxy = await startTcpProxy(Number(new URL(world.server.url).port));
    const opened = world.open();
    const fleet = opened.fleet({ url: `redis://127.0.0.1:${String(proxy.port)}`, timeoutMs: 200 });
    try {
      const heard: FleetEvent[] = [];
      await vi.waitFor(() => fleet.subscribe((event) => heard.push(event)), longWait);
      const membership = opened.membership();
      membership.join(new ScriptedMember());
      proxy.dropTraffic();
      await vi.waitFor(async () => {
        membership.publish(numberedEvent('tap', 1));
        await nextTurn();
        expect(heard.length).toBeGreaterThan(0);
      }, longWait);
    } finally {
      await fleet.close();
      proxy.close();
    }
  });

  test('the heartbeat of a gateway notices that messages no longer arrive', async () => {
    const proxy = await startTcpProxy(Number(new URL(world.server.url).port));
    const opened = world.open();
    const fleet = opened.fleet();
    const member = new ScriptedMember();
    const url = `redis://127.0.0.1:${String(proxy.port)}`;
    const membership = opened.membership({ url, timeoutMs: 200 });
    try {
      membership.join(member);
      await fleetBecomes(fleet, { [member.id]: 'ready' });
      proxy.dropTraffic();
      await vi.waitFor(async () => {
        const { answers } = await fleet.ask(member.id, 'closeConnections', countAll, 300);
        expect(answers).toHaveLength(1);
      }, longWait);
    } finally {
      await membership.leave();
      proxy.close();
    }
  });
});

describe('closing', () => {
  test('closing leaves no connection and no timer, also while Redis is down, and can be repeated', async () => {
    const resources = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout')
        .length;
    await world.admin.ping();
    const before = resources();
    const there = world.open();
    const [fleet, membership, member] = [there.fleet(), there.membership(), new ScriptedMember()];
    membership.join(member);
    await fleetBecomes(fleet, { [member.id]: 'ready' });
    await fleet.subscribe(() => undefined);
    await Promise.all(
      Array.from({ length: 20 }, () => fleet.ask(null, 'closeConnections', countAll, 600_000)),
    );
    const url = 'redis://127.0.0.1:1';
    const away = world.open();
    const [noFleet, noMembership] = [away.fleet({ url }), away.membership({ url })];
    noMembership.join(new ScriptedMember());
    noMembership.publish(numberedEvent('lost', 1));
    await expect(noFleet.gateways()).rejects.toBeInstanceOf(RedisError);
    await expect(noFleet.subscribe(() => undefined)).rejects.toBeInstanceOf(RedisError);
    const unused = world.open();
    const ends = [fleet, noFleet, unused.fleet()];
    const memberships = [membership, noMembership, unused.membership()];
    for (let time = 0; time < 2; time += 1) {
      await Promise.all([...ends.map((end) => end.close()), ...memberships.map((end) => end.leave())]);
    }
    // vi.waitFor would create timers itself. The time limit of the test ends this loop.
    while (resources() > before) await nextTurn();
  });
});
