import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { startBenchFleet, type BenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createRoute, createTenant } from './create-route.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { noBoundOnOneAddress } from './sluice-processes.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';

const liveConnections = 10_000;
const talkers = 50;
const talkEveryMs = 20;
const settleMs = 3000;
const measureMs = 20_000;
/**
 * The readers of the list: a console with a poll interval, or a script that reads all pages as fast as
 * possible.
 */
const readers = [
  { name: '50 connections a page, ten pages a second', limit: 50, everyMs: 100 },
  { name: '200 connections a page, ten pages a second', limit: 200, everyMs: 100 },
  { name: '200 connections a page, as fast as they come', limit: 200, everyMs: 0 },
];

type Reader = (typeof readers)[number];

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const fleetSize = { routes: 10, gateways: 2, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls, gatewaysCpuSeconds } = await startBenchFleet(fleetSize, releases);
  const idle = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const talking = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js', releases);
  await createTenant(rest, 'listed');
  await createRoute(rest, 'listed', { path: '/listed', url: await upstream.call('listen') });
  await delay(settleMs);
  const urls = gatewayUrls.map((url) => `${url}/listed`);
  await idle.call('open', { urls, count: liveConnections - talkers, apiKey: null });
  await talking.call('open', { urls, count: talkers, apiKey: null });
  await talking.call('talk', { everyMs: talkEveryMs });
  await delay(settleMs);

  const rows: string[][] = [];
  for (const reader of readers) {
    const atFirst = await gatewaysCpuSeconds();
    const quietEchoMs = await echoesWhile(talking, () => delay(measureMs));
    const beforePages = await gatewaysCpuSeconds();
    let pageMs: number[] = [];
    const echoMs = await echoesWhile(talking, async () => (pageMs = await listPages(rest, reader)));
    const forPages = (await gatewaysCpuSeconds()) - beforePages - (beforePages - atFirst);
    const cpuMs = (forPages * 1000) / pageMs.length;
    rows.push(...rowsOf({ name: reader.name, pageMs, cpuMs, quietEchoMs, echoMs }));
  }
  const ended = (await idle.call('ended')) + (await talking.call('ended'));
  const size = `${liveConnections.toLocaleString('en')} live connections, two gateways`;
  return [[size, 'measured', 'target'], ...rows, ['connections that ended', String(ended), '0']];
}

async function echoesWhile(
  talking: BenchWorker<ClientCalls>,
  work: () => Promise<unknown>,
): Promise<number[]> {
  await talking.call('takeEchoTimes');
  await work();
  return talking.call('takeEchoTimes');
}

/** Reads all pages repeatedly; returns the milliseconds of each page. */
async function listPages(rest: BenchFleet['rest'], { limit, everyMs }: Reader): Promise<number[]> {
  const pageMs: number[] = [];
  const endsAtMs = performance.now() + measureMs;
  let cursor = '';
  while (performance.now() < endsAtMs) {
    const startedAtMs = performance.now();
    const { items, nextCursor } = await rest.call('GET', `/connections?limit=${limit}${cursor}`);
    pageMs.push(performance.now() - startedAtMs);
    if (items.length !== limit) throw new Error(`a page of ${items.length} rather than ${limit}`);
    cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    await delay(Math.max(0, everyMs - (performance.now() - startedAtMs)));
  }
  return pageMs;
}

interface Listed {
  name: string;
  pageMs: number[];
  cpuMs: number;
  quietEchoMs: number[];
  echoMs: number[];
}

function rowsOf({ name, pageMs, cpuMs, quietEchoMs, echoMs }: Listed): string[][] {
  const [quiet, busy] = [quantile(quietEchoMs, 0.99), quantile(echoMs, 0.99)];
  return [
    [name, `${pageMs.length} pages`, ''],
    ['**a page**, p50', milliseconds(quantile(pageMs, 0.5)), ''],
    ['a page, p99', `**${milliseconds(quantile(pageMs, 0.99))}**`, '< 100 ms'],
    ['processor of both gateways for a page', milliseconds(cpuMs), ''],
    ['echo without, p50 and p99', `${milliseconds(quantile(quietEchoMs, 0.5))}, ${milliseconds(quiet)}`, ''],
    ['echo meanwhile, p50 and p99', `${milliseconds(quantile(echoMs, 0.5))}, ${milliseconds(busy)}`, ''],
    ['its p99 to that without', `**${(busy / quiet).toFixed(1)} ×**`, '< 2 ×'],
  ];
}
