import { setTimeout as delay } from 'node:timers/promises';
import type { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { AllClosed, ClientCalls } from './client-worker.js';
import { createKey, createRoute, createTenant } from './create-route.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { noBoundOnOneAddress } from './sluice-processes.js';
import type { RawEchoCalls } from './raw-echo.js';
import { runBenchmark } from './run-benchmark.js';

const tenant = 'revoked';
const revokedConnections = 5000;
const otherConnections = 50;
const otherEveryMs = 20;
const settleMs = 3000;
const quietMs = 10_000;
// Echoes in flight at the last close belong to the measurement.
const lastEchoesMs = 50;

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways: 2, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls, gatewaysCpuSeconds } = await startBenchFleet(size, releases);
  const revoked = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  const others = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  await createTenant(rest, tenant);
  // Two upstreams, so that the other connections do not wait for an upstream that is busy with the closes.
  const startRoute = async (path: string): Promise<string[]> => {
    const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js', releases);
    await createRoute(rest, tenant, { path, url: await upstream.call('listen'), auth: {} });
    return gatewayUrls.map((url) => `${url}${path}`);
  };
  const [revokedUrls, otherUrls] = [await startRoute('/revoked'), await startRoute('/other')];
  const [revokedKey, otherKey] = [await createKey(rest, tenant), await createKey(rest, tenant, 'other')];
  await delay(settleMs);

  await revoked.call('open', { urls: revokedUrls, count: revokedConnections, apiKey: revokedKey.key });
  await others.call('open', { urls: otherUrls, count: otherConnections, apiKey: otherKey.key });
  await others.call('talk', { everyMs: otherEveryMs });
  await delay(settleMs);
  await others.call('takeEchoTimes');
  await delay(quietMs);
  const quietEchoMs = await others.call('takeEchoTimes');
  const cpuBefore = await gatewaysCpuSeconds();

  await rest.call('DELETE', `/tenants/${tenant}/api-keys/${revokedKey.id}`);
  const answeredAtMs = performance.timeOrigin + performance.now();
  const closed = await revoked.call('untilAllClosed');
  await delay(lastEchoesMs);
  const duringEchoMs = await others.call('takeEchoTimes');
  const othersEnded = await others.call('ended');
  const cpuSeconds = (await gatewaysCpuSeconds()) - cpuBefore;
  const cpuMs = (cpuSeconds * 1000) / revokedConnections;
  return rows({ ...closed, answeredAtMs, cpuMs }, { quietEchoMs, duringEchoMs, othersEnded });
}

function rows(
  { codes, atMs, answeredAtMs, cpuMs }: AllClosed & { answeredAtMs: number; cpuMs: number },
  others: { quietEchoMs: number[]; duringEchoMs: number[]; othersEnded: number },
): string[][] {
  const afterMs = atMs.map((at) => at - answeredAtMs);
  const { quietEchoMs, duringEchoMs, othersEnded } = others;
  return [
    ['what', 'measured', 'target'],
    ['connections of the revoked key, on two gateways', revokedConnections.toLocaleString('en'), ''],
    ['closed with', JSON.stringify(codes), `all with 1008`],
    ['from the REST answer to the first close', milliseconds(Math.min(...afterMs)), ''],
    ['to half of them', milliseconds(quantile(afterMs, 0.5)), ''],
    ['**to the last close**', `**${milliseconds(Math.max(...afterMs))}**`, '< 300 ms'],
    ['processor of the gateways for each of them', `${cpuMs.toFixed(2)} ms`, ''],
    [`other connections that ended, of ${otherConnections}`, String(othersEnded), '0'],
    ['their echo before, p50', milliseconds(quantile(quietEchoMs, 0.5)), ''],
    ['their echo before, p99', milliseconds(quantile(quietEchoMs, 0.99)), ''],
    ['their echo during the closes, p50', milliseconds(quantile(duringEchoMs, 0.5)), ''],
    ['their echo during the closes, p99', milliseconds(quantile(duringEchoMs, 0.99)), ''],
    ['their echo during the closes, maximum', milliseconds(Math.max(...duringEchoMs)), ''],
    ['echoes during the closes', String(duringEchoMs.length), ''],
  ];
}
