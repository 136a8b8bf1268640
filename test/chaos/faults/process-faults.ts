import { setTimeout as delay } from 'node:timers/promises';
import type { Member } from '../cast/cast.js';
import type { Kill } from '../chronicle.js';
import { machineMs } from '../machine-clock.js';
import type { Random } from '../../support/random.js';
import { afterThawMs, frozenForDeadAfterMs, leaseMs } from './bounds.js';
import { seconds, type DrawnFault, type Stage } from './fault.js';

const gatewayCount = 3;
const apiCount = 2;

/** SIGKILL to a gateway; its connections end with it, and its slots with its lease. */
export function killGateway(random: Random, longestMs: number): DrawnFault {
  const which = 1 + random.below(gatewayCount);
  const lastsMs = Math.min(longestMs, random.between(500, random.happens(0.3) ? 14_000 : 4000));
  return {
    text: `gateway-${which} is killed, and started again after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: [`gateway-${which}`] },
    strike: async ({ cast, chronicle }) => {
      const { actor } = memberOf(cast.gateways, which);
      const kill: Kill = { kind: 'gateway', which, atMs: machineMs(), untilMs: Infinity };
      chronicle.kills.push(kill);
      await actor.kill();
      await delay(lastsMs);
      await actor.start();
      kill.untilMs = machineMs();
    },
  };
}

/** SIGSTOP to a gateway for longer than its lease; its connections live on. */
export function freezeGateway(random: Random): DrawnFault {
  const which = 1 + random.below(gatewayCount);
  const lastsMs = leaseMs + random.between(1000, 3500);
  return {
    text: `gateway-${which} stands still for ${seconds(lastsMs)}, longer than its lease`,
    ...{ lastsMs, touches: [`gateway-${which}`] },
    strike: async ({ cast, chronicle }) => {
      const { actor } = memberOf(cast.gateways, which);
      const freeze = { gateway: which, fromMs: machineMs(), toMs: Infinity };
      // One that counts alone just then has not said all that it holds, and says it when it wakes up.
      const isAlone = chronicle.isAlone(which, freeze.fromMs);
      const fromMs = freeze.fromMs + (isAlone ? 0 : frozenForDeadAfterMs);
      const seclusion = { gateways: [which], fromMs, toMs: Infinity };
      chronicle.freezes.push(freeze);
      chronicle.seclusions.push(seclusion);
      actor.pause();
      await delay(lastsMs);
      actor.resume();
      freeze.toMs = machineMs();
      seclusion.toMs = freeze.toMs + afterThawMs;
    },
  };
}

/** SIGKILL to an API; no connection notices. */
export function killApi(random: Random, longestMs: number): DrawnFault {
  const which = 1 + random.below(apiCount);
  const lastsMs = Math.min(longestMs, random.between(300, 6000));
  return {
    text: `api-${which} is killed, and started again after ${seconds(lastsMs)}`,
    // An API that starts without its database stops, as it should.
    ...{ lastsMs, touches: [`api-${which}`, 'postgres'] },
    strike: async ({ cast }) => {
      const { actor } = memberOf(cast.apis, which);
      await actor.kill();
      await delay(lastsMs);
      await actor.start();
    },
  };
}

/** SIGSTOP to an API, mostly for longer than it may lead without a word. */
export function freezeApi(random: Random, longestMs: number): DrawnFault {
  const lastsMs = Math.min(longestMs, random.between(2000, 13_000));
  return freezeOneApi(lastsMs, `an API stands still for ${seconds(lastsMs)}`, () =>
    Promise.resolve(random.below(apiCount)),
  );
}

/** SIGSTOP to the API that publishes. */
export function freezePublisher(random: Random, longestMs: number): DrawnFault {
  const lastsMs = Math.min(longestMs, random.between(4000, 13_000));
  return freezeOneApi(lastsMs, `the API that publishes stands still for ${seconds(lastsMs)}`, leadingApi);
}

function freezeOneApi(lastsMs: number, text: string, choose: (stage: Stage) => Promise<number>): DrawnFault {
  return {
    ...{ text, lastsMs, touches: ['api-1', 'api-2', 'postgres'] },
    strike: async (stage) => {
      const { actor } = memberOf(stage.cast.apis, 1 + (await choose(stage)));
      actor.pause();
      await delay(lastsMs);
      actor.resume();
    },
  };
}

async function leadingApi({ cast }: Stage): Promise<number> {
  for (const [index, { adminUrl }] of cast.apis.entries()) {
    const text = await fetch(`${adminUrl}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
    if (/^sluice_publisher_leading 1$/m.test(text)) return index;
  }
  // While Redis is away nobody leads.
  return 0;
}

/** SIGKILL to an upstream: the connections to it end, and no other. */
export function killUpstream(random: Random, longestMs: number): DrawnFault {
  const index = random.below(2);
  const lastsMs = Math.min(longestMs, random.between(300, 4000));
  const name = index === 0 ? 'a' : 'b';
  return {
    text: `upstream-${name} is killed, and started again after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['upstreams'] },
    strike: async ({ cast, chronicle }) => {
      const upstream = cast.upstreams[index];
      const kill: Kill = { kind: 'upstream', which: name, atMs: machineMs(), untilMs: Infinity };
      chronicle.kills.push(kill);
      await upstream?.actor.kill();
      await delay(lastsMs);
      await upstream?.actor.start();
      kill.untilMs = machineMs();
    },
  };
}

/** Postgres stops as an operator stops it, or in the midst of everything. */
export function restartPostgres(random: Random, longestMs: number): DrawnFault {
  const isCrash = random.happens(0.5);
  const lastsMs = Math.min(longestMs, random.between(200, 6000));
  return {
    text: `Postgres ${isCrash ? 'crashes' : 'is stopped'}, and starts again after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['postgres', 'api-1', 'api-2'] },
    strike: async ({ cast: { postgres } }) => {
      await (isCrash ? postgres.crash() : postgres.shutDown());
      await delay(lastsMs);
      await postgres.start();
    },
  };
}

function memberOf(members: readonly Member[], which: number): Member {
  const member = members[which - 1];
  if (!member) throw new Error(`there is no number ${which}`);
  return member;
}
