import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import { createRoute, createTenant } from './create-route.js';
import type { CrowdCalls, CrowdOutcome } from './crowd-worker.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { runBenchmark } from './run-benchmark.js';
import { noBoundOnOneAddress } from './sluice-processes.js';

const gateways = 3;
const limit = 1000;
const crowdSize = 5000;
const rounds = 10;
const handshakes = 1000;
const settleMs = 3000;
// A lease is renewed every two seconds, so after three seconds each gateway knows the others.
const pollMs = 250;
const maxLeaseMs = 30_000;

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways, gatewaySettings: noBoundOnOneAddress };
  const { rest, redis, echoUrl, gatewayUrls, killLastGateway } = await startBenchFleet(size, releases);
  const crowds = BenchWorker.start<CrowdCalls>('crowd-worker.js', releases);
  await createTenant(rest, 'crowded', limit);
  await createRoute(rest, 'crowded', { path: '/crowd', url: echoUrl });
  await delay(settleMs);
  const urls = gatewayUrls.map((url) => `${url}/crowd`);

  const admitted: number[] = [];
  let last: CrowdOutcome = { statuses: {}, admittedBy: [] };
  for (let round = 0; round < rounds; round += 1) {
    last = await crowds.call('crowd', { urls, count: crowdSize });
    console.error(`round ${round + 1}: ${JSON.stringify(last)}`);
    admitted.push(last.statuses['101'] ?? 0);
    if (round === rounds - 1) break;
    await crowds.call('leave');
    await delay(settleMs);
  }
  const lost = last.admittedBy.at(-1) ?? 0;
  await killLastGateway();
  const freed = await untilFreed(crowds, urls.slice(0, -1), lost);

  await crowds.call('leave');
  await delay(settleMs);
  const url = urls[0] ?? '';
  await crowds.call('handshakeTimes', { url, count: handshakes });
  const withRedis = await crowds.call('handshakeTimes', { url, count: handshakes });
  await redis.shutDown();
  await delay(settleMs);
  const without = await crowds.call('handshakeTimes', { url, count: handshakes });
  return [
    [`${gateways} gateways, a limit of ${count(limit)}`, 'measured', 'target'],
    [
      `admitted of ${count(crowdSize)} at once, ${rounds} times`,
      admitted.join(', '),
      `${count(limit)} each time`,
    ],
    ['slots of the gateway that was killed', count(lost), ''],
    ['admitted again after the kill', count(freed.admitted), count(lost)],
    [
      'from the kill to the first of them',
      `${(freed.afterMs / 1000).toFixed(1)} s`,
      '15 s, when it is stale',
    ],
    ['handshake with limits over the fleet, p50', milliseconds(quantile(withRedis, 0.5), 2), ''],
    ['handshake with limits over the fleet, p99', milliseconds(quantile(withRedis, 0.99), 2), ''],
    ['handshake with Redis down, p50', milliseconds(quantile(without, 0.5), 2), ''],
    ['handshake with Redis down, p99', milliseconds(quantile(without, 0.99), 2), ''],
  ];
}

/**
 * Requests connections until as many are admitted as the killed gateway held, and then some that must be
 * refused.
 */
async function untilFreed(
  crowds: BenchWorker<CrowdCalls>,
  urls: string[],
  lost: number,
): Promise<{ admitted: number; afterMs: number }> {
  const killedAtMs = performance.now();
  let admitted = 0;
  while (admitted === 0 && performance.now() - killedAtMs < maxLeaseMs) {
    await delay(pollMs);
    admitted = (await crowds.call('crowd', { urls, count: 1 })).statuses['101'] ?? 0;
  }
  const afterMs = performance.now() - killedAtMs;
  const { statuses } = await crowds.call('crowd', { urls, count: lost + 500 });
  return { admitted: admitted + (statuses['101'] ?? 0), afterMs };
}

function count(value: number): string {
  return value.toLocaleString('en');
}
