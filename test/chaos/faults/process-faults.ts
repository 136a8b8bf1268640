import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterNode } from '../cluster/cluster.js';
import type { Kill } from '../history.js';
import { machineMs } from '../machine-clock.js';
import type { Random } from '../../support/random.js';
import { afterResumeMs, deadAfterPausedMs, leaseMs } from './bounds.js';
import { seconds, type DrawnFault, type FaultTarget } from './fault.js';

const gatewayCount = 3;
const apiCount = 2;

/** SIGKILL to a gateway: its connections end at once, and its slots when its lease expires. */
export function killGateway(random: Random, maxMs: number): DrawnFault {
  const which = 1 + random.below(gatewayCount);
  const lastsMs = Math.min(maxMs, random.between(500, random.happens(0.3) ? 14_000 : 4000));
  return {
    text: `gateway-${which} is killed, and restarted after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: [`gateway-${which}`] },
    inject: async ({ cluster, history }) => {
      const gateway = nodeOf(cluster.gateways, which);
      const kill: Kill = { kind: 'gateway', which, atMs: machineMs(), untilMs: Infinity };
      history.kills.push(kill);
      await gateway.process.kill();
      await delay(lastsMs);
      await gateway.start();
      kill.untilMs = machineMs();
    },
  };
}

/** SIGSTOP to a gateway for longer than its lease: its connections survive. */
export function pauseGateway(random: Random): DrawnFault {
  const which = 1 + random.below(gatewayCount);
  const lastsMs = leaseMs + random.between(1000, 3500);
  return {
    text: `gateway-${which} is paused for ${seconds(lastsMs)}, longer than its lease`,
    ...{ lastsMs, touches: [`gateway-${which}`] },
    inject: async ({ cluster, history }) => {
      const { process } = nodeOf(cluster.gateways, which);
      const pause = { gateway: which, fromMs: machineMs(), toMs: Infinity };
      // A gateway that counts locally has not published all its slots; it publishes them when it resumes.
      const countsLocally = history.countsLocally(which, pause.fromMs);
      const fromMs = pause.fromMs + (countsLocally ? 0 : deadAfterPausedMs);
      const period = { gateways: [which], fromMs, toMs: Infinity };
      history.pauses.push(pause);
      history.localCounting.push(period);
      process.pause();
      await delay(lastsMs);
      process.resume();
      pause.toMs = machineMs();
      period.toMs = pause.toMs + afterResumeMs;
    },
  };
}

/** SIGKILL to an API: no connection is affected. */
export function killApi(random: Random, maxMs: number): DrawnFault {
  const which = 1 + random.below(apiCount);
  const lastsMs = Math.min(maxMs, random.between(300, 6000));
  return {
    text: `api-${which} is killed, and restarted after ${seconds(lastsMs)}`,
    // An API that starts without its database exits, as intended.
    ...{ lastsMs, touches: [`api-${which}`, 'postgres'] },
    inject: async ({ cluster }) => {
      const api = nodeOf(cluster.apis, which);
      await api.process.kill();
      await delay(lastsMs);
      await api.start();
    },
  };
}

/** SIGSTOP to an API, mostly for longer than its lease as publisher. */
export function pauseApi(random: Random, maxMs: number): DrawnFault {
  const lastsMs = Math.min(maxMs, random.between(2000, 13_000));
  return pauseOneApi(lastsMs, `an API is paused for ${seconds(lastsMs)}`, () =>
    Promise.resolve(random.below(apiCount)),
  );
}

/** SIGSTOP to the API that publishes. */
export function pausePublisher(random: Random, maxMs: number): DrawnFault {
  const lastsMs = Math.min(maxMs, random.between(4000, 13_000));
  return pauseOneApi(lastsMs, `the API that publishes is paused for ${seconds(lastsMs)}`, leadingApi);
}

function pauseOneApi(
  lastsMs: number,
  text: string,
  choose: (target: FaultTarget) => Promise<number>,
): DrawnFault {
  return {
    ...{ text, lastsMs, touches: ['api-1', 'api-2', 'postgres'] },
    inject: async (target) => {
      const { process } = nodeOf(target.cluster.apis, 1 + (await choose(target)));
      process.pause();
      await delay(lastsMs);
      process.resume();
    },
  };
}

async function leadingApi({ cluster }: FaultTarget): Promise<number> {
  for (const [index, { adminUrl }] of cluster.apis.entries()) {
    const text = await fetch(`${adminUrl}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
    if (/^sluice_publisher_leading 1$/m.test(text)) return index;
  }
  // While Redis is down, no API leads.
  return 0;
}

/** SIGKILL to an upstream: only its connections end. */
export function killUpstream(random: Random, maxMs: number): DrawnFault {
  const index = random.below(2);
  const lastsMs = Math.min(maxMs, random.between(300, 4000));
  const name = index === 0 ? 'a' : 'b';
  return {
    text: `upstream-${name} is killed, and restarted after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['upstreams'] },
    inject: async ({ cluster, history }) => {
      const upstream = cluster.upstreams[index];
      const kill: Kill = { kind: 'upstream', which: name, atMs: machineMs(), untilMs: Infinity };
      history.kills.push(kill);
      await upstream?.process.kill();
      await delay(lastsMs);
      await upstream?.start();
      kill.untilMs = machineMs();
    },
  };
}

/** A stop of Postgres by an operator, or a crash. */
export function restartPostgres(random: Random, maxMs: number): DrawnFault {
  const isCrash = random.happens(0.5);
  const lastsMs = Math.min(maxMs, random.between(200, 6000));
  return {
    text: `Postgres ${isCrash ? 'crashes' : 'is stopped'}, and starts again after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['postgres', 'api-1', 'api-2'] },
    inject: async ({ cluster: { postgres } }) => {
      await (isCrash ? postgres.crash() : postgres.shutDown());
      await delay(lastsMs);
      await postgres.start();
    },
  };
}

function nodeOf(nodes: readonly ClusterNode[], which: number): ClusterNode {
  const node = nodes[which - 1];
  if (!node) throw new Error(`there is no node ${which}`);
  return node;
}
