import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { createTenant } from './create-route.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';
import { noBoundOnOneAddress } from './sluice-processes.js';

const liveConnections = 500;
const handshakesPerSecond = 200;
const tickMs = 50;
const beforeMs = 3000;
const afterMs = 10_000;
const probeMs = 1000;

interface Outcome {
  /** Since the upstream was killed. */
  atMs: number;
  isJoined: boolean;
  tookMs: number;
}

await runBenchmark(measure);

/** Kills one of three upstreams while clients connect, on a route with retries and on one without. */
async function measure(releases: Releases): Promise<string[][]> {
  const head = ['one of three upstreams killed', 'with retries', 'without retries'];
  const columns = [];
  for (const attempts of [2, 0]) columns.push(await failOver(attempts, releases));
  const [first = [], second = []] = columns;
  return [head, ...first.map(([what = '', value = ''], index) => [what, value, second[index]?.[1] ?? ''])];
}

async function failOver(attempts: number, releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways: 1, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls } = await startBenchFleet(size, releases);
  const killed = new Releases();
  const echo = (owner: Releases): Promise<string> =>
    BenchWorker.start<RawEchoCalls>('raw-echo.js', owner).call('listen');
  const urls = [await echo(killed), await echo(releases), await echo(releases)];
  await createTenant(rest, 'failover');
  await rest.call('POST', '/tenants/failover/routes', {
    match: { path: '/failover' },
    upstreams: urls.map((url) => ({ url })),
    auth: { mode: 'none' },
    retries: { attempts },
    outlierEjection: null,
    healthCheck: { type: 'websocket', intervalMs: probeMs, fall: 1 },
  });
  await delay(beforeMs);
  const url = `${gatewayUrls[0] ?? ''}/failover`;
  const live = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  await live.call('open', { urls: [url], count: liveConnections, apiKey: null });
  const outcomes = await connectDuring(url, () => killed.releaseAll());
  return rowsOf(outcomes);
}

async function connectDuring(url: string, kill: () => Promise<void>): Promise<Outcome[]> {
  const outcomes: Promise<Outcome>[] = [];
  const startedAtMs = performance.now();
  const killAtMs = startedAtMs + beforeMs;
  let killing: Promise<void> | null = null;
  let sent = 0;
  while (performance.now() < killAtMs + afterMs) {
    const nowMs = performance.now();
    if (nowMs >= killAtMs) killing ??= kill();
    for (; sent < ((nowMs - startedAtMs) / 1000) * handshakesPerSecond; sent += 1) {
      outcomes.push(connect(url, nowMs - killAtMs));
    }
    await delay(tickMs);
  }
  await killing;
  return Promise.all(outcomes);
}

function connect(url: string, atMs: number): Promise<Outcome> {
  const client = new WebSocket(url, { perMessageDeflate: false });
  const startedAtMs = performance.now();
  return new Promise((resolve) => {
    const settle = (isJoined: boolean): void => {
      resolve({ atMs, isJoined, tookMs: performance.now() - startedAtMs });
      client.terminate();
    };
    client.on('error', () => settle(false));
    client.on('open', () => settle(true));
  });
}

function rowsOf(outcomes: readonly Outcome[]): string[][] {
  const after = outcomes.filter(({ atMs }) => atMs >= 0);
  const failed = outcomes.filter(({ isJoined }) => !isJoined);
  const late = failed.filter(({ atMs }) => atMs >= 2 * probeMs);
  const lastMs = Math.max(0, ...failed.map(({ atMs }) => atMs));
  const took = after.map(({ tookMs }) => tookMs);
  return [
    ['handshakes after it', after.length.toLocaleString('en')],
    ['**failed**', `**${failed.length}**`],
    [`failed later than ${milliseconds(2 * probeMs)} after it`, String(late.length)],
    ['the last failure, after it', failed.length === 0 ? '' : milliseconds(lastMs)],
    ['a handshake after it, p99', milliseconds(quantile(took, 0.99))],
  ];
}
