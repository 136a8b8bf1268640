import { setTimeout as delay } from 'node:timers/promises';
import { Releases } from '../support/releases.js';
import { BackgroundConnections } from './background-connections.js';
import { startBenchFleet, type BenchFleet } from './bench-fleet.js';
import { createRoute, createTenant } from './create-route.js';
import { measureChanges } from './measure-changes.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { runBenchmark } from './run-benchmark.js';
import { noBoundOnOneAddress } from './sluice-processes.js';

const sizes = [10, 100_000];
const connections = 1000;
const connectionRoutes = 10;
const settleMs = 3000;
const quietMs = 15_000;
const rounds = 100;

await runBenchmark(async () => {
  const columns: Map<string, string>[] = [];
  for (const routes of sizes) columns.push(await measure(routes));
  const head = ['', ...sizes.map((routes) => `${routes.toLocaleString('en')} routes`)];
  const names = [...(columns[0]?.keys() ?? [])];
  return [head, ...names.map((name) => [name, ...columns.map((column) => column.get(name) ?? '')])];
});

async function measure(routes: number): Promise<Map<string, string>> {
  const releases = new Releases();
  try {
    const size = { routes, gateways: 1, gatewaySettings: noBoundOnOneAddress };
    return await measureFleet(await startBenchFleet(size, releases));
  } finally {
    await releases.releaseAll();
  }
}

/** The measurements by the name of their row. */
async function measureFleet(fleet: BenchFleet): Promise<Map<string, string>> {
  const background = await openConnections(fleet);
  await delay(settleMs);
  background.takeEchoTimes();
  await delay(quietMs);
  const quietEchoMs = background.takeEchoTimes();
  const { id: tenantId } = await fleet.rest.call('POST', '/tenants', { slug: 'changes' });
  const { propagationMs, lookMs } = await measureChanges({ ...fleet, tenantId, rounds });
  const busyEchoMs = background.takeEchoTimes();
  const { ended } = background;
  await background.close();
  const readyFromFileMs = await fleet.restartGateway();
  return new Map([
    ['changes over REST', String(propagationMs.length)],
    ['**from the answer to the effect**, p50', milliseconds(quantile(propagationMs, 0.5))],
    ['p99 (target: < 50 ms)', `**${milliseconds(quantile(propagationMs, 0.99))}**`],
    ['maximum', milliseconds(Math.max(...propagationMs))],
    ['of this, one look at the gateway, p50', milliseconds(quantile(lookMs, 0.5))],
    ['one look, p99', milliseconds(quantile(lookMs, 0.99))],
    ['connections that ended meanwhile, of 1,000', String(ended)],
    ['their echo in quiet, p50', milliseconds(quantile(quietEchoMs, 0.5))],
    ['their echo in quiet, p99', milliseconds(quantile(quietEchoMs, 0.99))],
    ['their echo during changes, p50', milliseconds(quantile(busyEchoMs, 0.5))],
    ['their echo during changes, p99', milliseconds(quantile(busyEchoMs, 0.99))],
    ['API: process start to snapshot in Redis', seconds(fleet.publishedAfterMs)],
    ['gateway: process start to ready, from Redis', seconds(fleet.readyFromRedisMs)],
    ['gateway: process start to ready, from its file', seconds(readyFromFileMs)],
  ]);
}

/** Opens connections on routes of a separate tenant. */
async function openConnections({ rest, echoUrl, gatewayPort }: BenchFleet): Promise<BackgroundConnections> {
  await createTenant(rest, 'connected');
  const paths = Array.from({ length: connectionRoutes }, (_, index) => `/connected/${index}`);
  for (const path of paths) await createRoute(rest, 'connected', { path, url: echoUrl });
  await delay(settleMs);
  const urls = paths.map((path) => `ws://127.0.0.1:${gatewayPort}${path}`);
  return BackgroundConnections.open(urls, connections);
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`;
}
