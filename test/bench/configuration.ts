import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { startPostgresServer } from '../support/postgres/postgres-server.js';
import { Releases } from '../support/releases.js';
import type { RestClient } from '../support/rest-client.js';
import { adminToken } from '../support/sluice-settings.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createRoute, createTenant } from './create-route.js';
import { largeDocument, type BenchDocument } from './large-document.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import type { RawEchoCalls } from './raw-echo.js';
import type { RestProbeCalls } from './rest-probe-worker.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import { startBenchAllInOne, type BenchAllInOne } from './sluice-processes.js';

const size = { tenants: 100, routes: 10_000, keys: 20_000 };
const talkers = 10;
const talkEveryMs = 20;
const settleMs = 3000;
const maxFollowMs = 60_000;

interface Workers {
  upstream: BenchWorker<RawEchoCalls>;
  clients: BenchWorker<ClientCalls>;
  others: BenchWorker<RestProbeCalls>;
}

await runBenchmark(async (releases) => {
  const onSqlite = await measureOn({});
  const postgres = await startPostgresServer();
  releases.add(() => postgres.stop());
  const onPostgres = await measureOn({ SLUICE_DATABASE_URL: postgres.url });
  const head = [`10,000 routes, 20,000 keys, all in one process`, 'SQLite', 'Postgres'];
  return [head, ...onSqlite.map(([name = '', value = ''], row) => [name, value, onPostgres[row]?.[1] ?? ''])];
});

/** The measurements, as pairs of name and value. */
async function measureOn(settings: Record<string, string>): Promise<string[][]> {
  const releases = new Releases();
  try {
    const workers = {
      upstream: BenchWorker.start<RawEchoCalls>('raw-echo.js', releases),
      clients: BenchWorker.start<ClientCalls>('client-worker.js', releases),
      others: BenchWorker.start<RestProbeCalls>('rest-probe-worker.js', releases),
    };
    const folder = await temporaryFolder(releases);
    return await measure(await startBenchAllInOne({ folder, settings }, releases), workers);
  } finally {
    await releases.releaseAll();
  }
}

async function measure(sluice: BenchAllInOne, workers: Workers): Promise<string[][]> {
  const { rest, apiUrl: url } = sluice;
  const { pid } = sluice.process;
  const gatewayUrl = `ws://127.0.0.1:${sluice.port}`;
  await workers.others.call('start', { url, adminToken, probes: await prepare(rest, gatewayUrl, workers) });
  await delay(settleMs);
  const idleMemory = await peakMemory(pid);
  const rows: string[][] = [];
  const during = async (name: string, work: () => Promise<string>): Promise<void> => {
    await delay(settleMs);
    await Promise.all([workers.clients.call('takeEchoTimes'), workers.others.call('takeTimes')]);
    const took = await work();
    console.error(`${name}: ${took}`);
    const echoes = await workers.clients.call('takeEchoTimes');
    const { read = [], write = [] } = await workers.others.call('takeTimes');
    rows.push([`**${name}**`, took], ['longest echo of a connection meanwhile', longest(echoes)]);
    rows.push(
      ['reads of others, p50 and longest', spread(read)],
      ['writes of others, p50 and longest', spread(write)],
    );
  };
  await during('nothing, for 5 s', async () => {
    await delay(5000);
    return '';
  });
  const everything = await withTenantsOf(url, largeDocument(size));
  const put = (path: string, document: BenchDocument): Promise<string> => putAndFollow(url, path, document);
  await during('apply all of it to an empty one', () => put('/v1/config', everything));
  let exported = '';
  await during('export', async () => {
    const startedAtMs = performance.now();
    exported = await readConfiguration(url);
    return `${seconds(performance.now() - startedAtMs)}, ${(exported.length / 1e6).toFixed(1)} MB`;
  });
  const document = await withTenantsOf(url, JSON.parse(exported) as BenchDocument);
  await during('compare, no difference but what others write', () => put('/v1/config?dryRun=true', document));
  await during('apply, no difference but what others write', () => put('/v1/config', document));
  for (const { routes = [] } of document.tenants) for (const route of routes) route.name += ' renamed';
  await during('compare, 10,000 differences', () => put('/v1/config?dryRun=true', document));
  await during('apply 10,000 differences', () => put('/v1/config', document));
  rows.push(['most memory, before and after', `${idleMemory} MB, ${await peakMemory(pid)} MB`]);
  rows.push(['connections that ended', String(await workers.clients.call('ended'))]);
  return rows;
}

/** Active connections, and REST calls of others on a separate tenant during the measurement. */
async function prepare(rest: RestClient, gatewayUrl: string, { upstream, clients }: Workers) {
  await createTenant(rest, 'talking');
  await createRoute(rest, 'talking', { path: '/talking', url: await upstream.call('listen') });
  await delay(settleMs);
  await clients.call('open', { urls: [`${gatewayUrl}/talking`], count: talkers, apiKey: null });
  await clients.call('talk', { everyMs: talkEveryMs });
  await createTenant(rest, 'written');
  return [
    { name: 'read', method: 'GET', path: '/tenants/written' },
    { name: 'write', method: 'PATCH', path: '/tenants/written', body: '{"name":"{n}"}' },
  ];
}

/** The document with the current state of the tenants that others write meanwhile. */
async function withTenantsOf(url: string, document: BenchDocument): Promise<BenchDocument> {
  const now = JSON.parse(await readConfiguration(url)) as BenchDocument;
  const named = document.tenants.filter(({ slug }) => slug.startsWith('bench-'));
  return { version: 1, tenants: [...named, ...now.tenants.filter(({ slug }) => !slug.startsWith('bench-'))] };
}

async function readConfiguration(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/config`, { headers: { authorization: `Bearer ${adminToken}` } });
  return response.text();
}

/** The time to the answer, and, if it creates revisions, the time until the gateway has applied them. */
async function putAndFollow(url: string, path: string, document: BenchDocument): Promise<string> {
  const body = JSON.stringify(document);
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const startedAtMs = performance.now();
  const response = await fetch(url + path, { method: 'PUT', headers, body });
  const text = await response.text();
  const answered = seconds(performance.now() - startedAtMs);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
  const { revision, created, updated } = JSON.parse(text) as Difference;
  const count = created.length + updated.length;
  if (path.includes('dryRun') || count < 10) return `${answered}; differences: ${count}`;
  const answeredAtMs = performance.now();
  await untilApplied(url, revision);
  const followed = seconds(performance.now() - answeredAtMs);
  return `${answered}; differences: ${count}; ${followed} later at the gateway`;
}

interface Difference {
  revision: number;
  created: unknown[];
  updated: unknown[];
}

async function untilApplied(url: string, revision: number): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const endsAtMs = performance.now() + maxFollowMs;
  while (performance.now() < endsAtMs) {
    const { items } = (await (await fetch(`${url}/v1/gateways`, { headers })).json()) as {
      items: { appliedRevision: number }[];
    };
    if (items.every(({ appliedRevision }) => appliedRevision >= revision)) return;
    await delay(50);
  }
  throw new Error('the gateway does not follow');
}

/** The peak memory of the process in MB, as reported by Linux. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1]) / 1000);
}

function longest(values: readonly number[]): string {
  return milliseconds(Math.max(...values), 0);
}

function spread(values: readonly number[]): string {
  return `${milliseconds(quantile(values, 0.5), 0)}, ${longest(values)}`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(2)} s`;
}
