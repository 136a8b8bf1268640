import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createKey, createRoute, createTenant } from './create-route.js';
import type { FloodCalls, FloodCounts } from './flood-worker.js';
import type { NewcomerCalls, Newcomers } from './newcomer-worker.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';

const tenantAddress = '127.0.0.3';
/** The addresses of the two kinds of attackers. On a shared address, those that dribble take all places. */
const attacks = [
  ['127.0.0.2', '127.0.0.2'],
  ['127.0.0.4', '127.0.0.5'],
] as const;
const dribblers = { count: 2000, comeBackMs: 1000 };
const askers = { count: 1000, comeBackMs: 250 };
const talkers = 50;
const talkEveryMs = 20;
const newcomerEveryMs = 50;
const settleMs = 3000;
const measureMs = 15_000;

interface Measured extends Newcomers {
  echoMs: number[];
  cpuSeconds: number;
}

type Attacked = Measured & FloodCounts;

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const { rest, gatewayUrls, gatewaysCpuSeconds } = await startBenchFleet(
    { routes: 10, gateways: 1 },
    releases,
  );
  const clients = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const newcomers = BenchWorker.start<NewcomerCalls>('newcomer-worker.js', releases);
  const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js', releases);
  const attackers = BenchWorker.start<FloodCalls>('flood-worker.js', releases);
  const url = `${gatewayUrls[0] ?? ''}/tenant`;
  await createTenant(rest, 'tenant');
  await createRoute(rest, 'tenant', { path: '/tenant', url: await upstream.call('listen'), auth: {} });
  const { key: apiKey } = await createKey(rest, 'tenant');
  await delay(settleMs);
  const ownAddress = { localAddress: tenantAddress, apiKey };
  await clients.call('open', { urls: [url], count: talkers, ...ownAddress });
  await clients.call('talk', { everyMs: talkEveryMs });
  await newcomers.call('come', { url, everyMs: newcomerEveryMs, ...ownAddress });
  await delay(settleMs);

  const observe = async (): Promise<Measured> => {
    await clients.call('takeEchoTimes');
    await newcomers.call('take');
    const cpuBefore = await gatewaysCpuSeconds();
    await delay(measureMs);
    const cpuSeconds = (await gatewaysCpuSeconds()) - cpuBefore;
    const echoMs = await clients.call('takeEchoTimes');
    return { cpuSeconds, echoMs, ...(await newcomers.call('take')) };
  };
  const quiet = await observe();
  const attacked: Attacked[] = [];
  for (const [dribbling, asking] of attacks) {
    await attackers.call('dribble', { url, localAddress: dribbling, ...dribblers });
    await attackers.call('ask', { url, localAddress: asking, ...askers });
    await delay(settleMs);
    attacked.push({ ...(await observe()), ...(await attackers.call('end')) });
    await delay(settleMs);
  }
  return rows(quiet, attacked, await clients.call('ended'));
}

function rows(quiet: Measured, attacked: Attacked[], ended: number): string[][] {
  const row = (name: string, of: (measured: Measured) => string, target = ''): string[] => {
    return [name, ...[quiet, ...attacked].map(of), target];
  };
  const attackRow = (name: string, of: (attack: Attacked) => string, target = ''): string[] => {
    return [name, '', ...attacked.map(of), target];
  };
  const quietP99 = quantile(quiet.echoMs, 0.99);
  const size = `${dribblers.count.toLocaleString('en')} dribble, ${askers.count.toLocaleString('en')} ask without a key`;
  return [
    [size, 'quiet', 'all from one address', 'askers from another one', 'target'],
    row('**the echo of other clients**, p50', ({ echoMs }) => milliseconds(quantile(echoMs, 0.5))),
    row('p99', ({ echoMs }) => `**${milliseconds(quantile(echoMs, 0.99))}**`),
    attackRow(
      'p99 to that in quiet',
      ({ echoMs }) => `**${(quantile(echoMs, 0.99) / quietP99).toFixed(1)} ×**`,
      '< 3 ×',
    ),
    row('maximum', ({ echoMs }) => milliseconds(Math.max(...echoMs))),
    ['connections that ended', '', '', String(ended), '0'],
    row('**new handshakes** that were admitted', ({ admittedMs }) => String(admittedMs.length), 'all'),
    row('refused', ({ refused }) => String(refused), '0'),
    row('p50 and p99', ({ admittedMs }) =>
      [0.5, 0.99].map((share) => milliseconds(quantile(admittedMs, share))).join(', '),
    ),
    row('processor of the gateway', ({ cpuSeconds }) => `${((1e5 * cpuSeconds) / measureMs).toFixed(0)} %`),
    attackRow('connections of attackers, begun', ({ begun }) => begun.toLocaleString('en')),
    attackRow('dropped without an answer', ({ dropped }) => dropped.toLocaleString('en')),
    attackRow('answered, by status', ({ answered }) => JSON.stringify(answered)),
  ];
}
