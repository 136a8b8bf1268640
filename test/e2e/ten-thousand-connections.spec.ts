import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalConnectionLimiter } from '#libs/limits';
import type { ConnectionRecord } from '#libs/pipeline';
import { GatewayWorld } from '../support/gateway-world.js';
import { ScriptedUpstream } from '../support/scripted-upstream.js';
import { connectionOutcomes } from '../support/connection-outcomes.js';

const connections = 10_000;
const eachInAWave = 25;
const maxMs = 180_000;
// Shorter than the time limits of the gateway: a leaked timer must not expire during the wait and pass
// unnoticed.
const settleMs = 3000;

let world: GatewayWorld;
let upstream: ScriptedUpstream;
let limiter: LocalConnectionLimiter;

beforeEach(async () => {
  upstream = await ScriptedUpstream.start();
  limiter = new LocalConnectionLimiter({ now: () => performance.now() });
  world = await GatewayWorld.start({}, undefined, limiter);
});

afterEach(async () => {
  await world.close();
  await upstream.close();
});

test(
  'after 10,000 connections that ended in every way, slots, sockets and timers are back to 0',
  async () => {
    const ways = await connectionOutcomes(world, upstream);
    const before = heldResources();
    const waves = connections / (ways.length * eachInAWave);
    for (let wave = 0; wave < waves; wave += 1) {
      await Promise.all(ways.map((way) => way.run(eachInAWave)));
    }

    await world.expectNothingHeld();
    const nothing = { connections: 0, tenants: 0, routes: 0, keys: 0, addresses: 0, rates: 0 };
    expect(limiter.counts()).toEqual(nothing);
    await untilReleased(before.timers);
    expect(upstream.openSockets).toBe(0);
    const { sockets, timers } = heldResources();
    expect(sockets).toBe(0);
    expect(timers).toBeLessThanOrEqual(before.timers);

    const ofEachWay = connections / ways.length;
    expect(tally(world.records)).toEqual(
      Object.fromEntries(ways.map(({ name, outcome }) => [`${name}: ${outcome}`, ofEachWay])),
    );
    expect(new Set(world.records.map(({ connectionId }) => connectionId)).size).toBe(connections);
  },
  maxMs,
);

// Not with vi.waitFor, whose timers would be counted.
async function untilReleased(timersBefore: number): Promise<void> {
  const deadlineMs = performance.now() + settleMs;
  const isReleased = (): boolean => {
    const { sockets, timers } = heldResources();
    return upstream.openSockets === 0 && sockets === 0 && timers <= timersBefore;
  };
  while (!isReleased() && performance.now() < deadlineMs) await nextTurn();
}

/** The number of records by name and outcome. */
function tally(records: readonly ConnectionRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of records) {
    const name = record.path?.split('/')[1] ?? 'unparsed';
    const outcome = record.outcome === 'refused' ? record.code : `${record.endedBy} ${record.closeCode}`;
    const key = `${name}: ${outcome}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The resources of this process: sockets of gateway, clients and upstream, and active timers. */
function heldResources(): { sockets: number; timers: number } {
  const names = process.getActiveResourcesInfo();
  return {
    sockets: names.filter((name) => name === 'TCPSocketWrap' || name === 'ConnectWrap').length,
    timers: names.filter((name) => name === 'Timeout').length,
  };
}
