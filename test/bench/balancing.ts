import { setTimeout as delay } from 'node:timers/promises';
import type { RebalancePlan, RebalanceProgress } from '#libs/contract';
import type { RestClient } from '../support/rest-client.js';
import type { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createTenant } from './create-route.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';
import { noBoundOnOneAddress } from './sluice-processes.js';

const handshakes = 3000;
const closesPerSecond = 500;

await runBenchmark(async (releases) => [
  ['what', 'measured', 'target'],
  ...(await measure(1, '≤ 1.05', releases)),
  ...(await measure(3, '≤ 1.10', releases)),
]);

/** Least connections over three upstreams, and a rebalance after 2 → 3 upstreams. */
async function measure(gateways: number, target: string, releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls } = await startBenchFleet(size, releases);
  const clients = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js', releases);
  const urls = [await upstream.call('listen'), await upstream.call('listen'), await upstream.call('listen')];
  const upstreams = urls.map((url) => ({ url }));
  await createTenant(rest, 'balanced');
  const open = (path: string, count: number): Promise<void> =>
    clients.call('open', { urls: gatewayUrls.map((url) => url + path), count, apiKey: null });

  const evenId = await createRoute(rest, '/even', upstreams);
  await open('/even', handshakes);
  const even = await plan(rest, evenId, true);

  const id = await createRoute(rest, '/added', upstreams.slice(0, 2));
  await open('/added', handshakes);
  await rest.call('PATCH', `/tenants/balanced/routes/${id}`, { upstreams }, { prefer: 'wait=10' });
  const { closes } = await plan(rest, id, false);
  while ((await progress(rest, id)).isRunning) await delay(100);
  const ended = await clients.call('ended');
  await open('/added', ended);
  const after = counts(await plan(rest, id, true));
  const share = handshakes / 3;
  const gap = Math.max(...after.map((count) => Math.abs(count - share))) / share;
  const fleet = gateways === 1 ? 'one gateway' : `${gateways} gateways`;
  return [
    [`leastConnections, ${fleet}, ${handshakes} handshakes: max/min`, ratio(counts(even)), target],
    [`rebalance after 2 → 3 upstreams, ${fleet}: from even`, `${(gap * 100).toFixed(1)} %`, '≤ 5 %'],
    ['closed, of those that were planned', `${ended} of ${closes}`, 'all, each once'],
  ];
}

async function createRoute(rest: RestClient, path: string, upstreams: object[]): Promise<string> {
  const route = { match: { path }, upstreams, balancing: 'leastConnections', auth: { mode: 'none' } };
  const headers = { prefer: 'wait=10' };
  return (await rest.call('POST', '/tenants/balanced/routes', route, headers)).id;
}

async function plan(rest: RestClient, id: string, dryRun: boolean): Promise<RebalancePlan> {
  const answer = await rest.call('POST', pathOf(id), { dryRun, closesPerSecond });
  return answer as unknown as RebalancePlan;
}

async function progress(rest: RestClient, id: string): Promise<RebalanceProgress> {
  return (await rest.call('GET', pathOf(id))) as unknown as RebalanceProgress;
}

function pathOf(id: string): string {
  return `/tenants/balanced/routes/${id}/upstreams/rebalance`;
}

function counts({ upstreams }: RebalancePlan): number[] {
  return upstreams.map(({ connections }) => connections);
}

function ratio(values: readonly number[]): string {
  return (Math.max(...values) / Math.min(...values)).toFixed(3);
}
