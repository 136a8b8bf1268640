import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { startBenchFleet, type BenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createRoute, createTenant } from './create-route.js';
import type { CrowdCalls } from './crowd-worker.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';
import { noBoundOnOneAddress } from './sluice-processes.js';

const drainedConnections = 10_000;
const otherConnections = 50;
const otherEveryMs = 20;
const periodSeconds = 10;
const settleMs = 3000;
const sliceMs = 250;

await runBenchmark(measure);

/**
 * Drains two gateways, each with half of the connections, while other connections echo on the third gateway.
 */
async function measure(releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways: 3, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls, gatewaysCpuSeconds } = await startBenchFleet(size, releases);
  const drained = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const others = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const newcomers = BenchWorker.start<CrowdCalls>('crowd-worker.js', releases);
  const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js', releases);
  await createTenant(rest, 'drained');
  await createRoute(rest, 'drained', { path: '/drained', url: await upstream.call('listen') });
  await delay(settleMs);
  const [otherUrl = '', ...urls] = gatewayUrls.map((url) => `${url}/drained`).reverse();
  await drained.call('open', { urls, count: drainedConnections, apiKey: null });
  await others.call('open', { urls: [otherUrl], count: otherConnections, apiKey: null });
  await others.call('talk', { everyMs: otherEveryMs });
  const gatewayIds = await gatewaysWith(rest, drainedConnections / urls.length);
  await others.call('takeEchoTimes');
  const cpuAtFirst = await gatewaysCpuSeconds();
  await delay(periodSeconds * 1000);
  const quietEchoMs = await others.call('takeEchoTimes');
  const cpuBefore = await gatewaysCpuSeconds();

  await Promise.all(gatewayIds.map((id) => rest.call('POST', `/gateways/${id}/drain`, { periodSeconds })));
  const answeredAtMs = performance.timeOrigin + performance.now();
  const { statuses } = await newcomers.call('crowd', { urls, count: urls.length });
  const { codes, atMs } = await drained.call('untilAllClosed');
  const drainEchoMs = await others.call('takeEchoTimes');
  const othersCpu = cpuBefore - cpuAtFirst;
  const cpuMs = ((await gatewaysCpuSeconds()) - cpuBefore - othersCpu) * 1000;
  const afterMs = atMs.map((at) => at - answeredAtMs);
  const even = (drainedConnections * sliceMs) / (periodSeconds * 1000);
  return [
    ['what', 'measured', 'target'],
    [
      `connections of two gateways, drained over ${periodSeconds} s`,
      drainedConnections.toLocaleString('en'),
      '',
    ],
    ['closed with', JSON.stringify(codes), 'all with 1001'],
    ['from the REST answer to the first close', milliseconds(Math.min(...afterMs)), ''],
    ['to half of them', milliseconds(quantile(afterMs, 0.5)), ''],
    ['**to the last close**', `**${milliseconds(Math.max(...afterMs))}**`, `< ${periodSeconds + 1},000 ms`],
    [
      `most closes in ${sliceMs} ms, to an even spread`,
      `${(maxInSlice(afterMs) / even).toFixed(2)} ×`,
      '< 2 ×',
    ],
    ['processor of the gateways for each close', milliseconds(cpuMs / drainedConnections, 3), ''],
    ['newcomers at the gateways that drain', Object.keys(statuses).join(), '503'],
    [
      `connections of the other gateway that ended, of ${otherConnections}`,
      String(await others.call('ended')),
      '0',
    ],
    ['their echo before, p99', milliseconds(quantile(quietEchoMs, 0.99)), ''],
    ['their echo during the drain, p99', milliseconds(quantile(drainEchoMs, 0.99)), ''],
  ];
}

/** Resolves with the ids of the two gateways once both report this many connections. */
async function gatewaysWith(rest: BenchFleet['rest'], count: number): Promise<string[]> {
  for (;;) {
    const { items } = await rest.call('GET', '/gateways');
    const gateways = items as { id: string; connections: number }[];
    const ids = gateways.filter(({ connections }) => connections === count).map(({ id }) => id);
    if (ids.length === 2) return ids;
    await delay(settleMs / 10);
  }
}

function maxInSlice(afterMs: readonly number[]): number {
  const slices = new Map<number, number>();
  for (const at of afterMs) {
    const slice = Math.floor(at / sliceMs);
    slices.set(slice, (slices.get(slice) ?? 0) + 1);
  }
  return Math.max(...slices.values());
}
