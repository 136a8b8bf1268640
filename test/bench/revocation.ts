import { setTimeout as delay } from 'node:timers/promises';
import { startBenchFleet, type BenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { AllClosed, ClientCalls } from './client-worker.js';
import { milliseconds } from './milliseconds.js';
import { printResults } from './print-results.js';
import { quantile } from './quantile.js';
import { noBoundOnOneAddress } from './sluice-processes.js';
import type { RawEchoCalls } from './raw-echo.js';

const revokedConnections = 5000;
const otherConnections = 50;
const otherEveryMs = 20;
const settleMs = 3000;
const quietMs = 10_000;
// Echoes that were on their way at the last close belong to what is measured.
const lastEchoesMs = 50;

const fleet = await startBenchFleet({ routes: 10, gateways: 2, gatewaySettings: noBoundOnOneAddress });
const revoked = BenchWorker.start<ClientCalls>('client-worker.js');
const others = BenchWorker.start<ClientCalls>('client-worker.js');
// Of its own for the others, who would otherwise wait for what the closes make the upstream do.
const upstream = BenchWorker.start<RawEchoCalls>('raw-echo.js');
const othersUpstream = BenchWorker.start<RawEchoCalls>('raw-echo.js');
try {
  printResults(await measure(fleet));
} finally {
  await Promise.all([revoked, others, upstream, othersUpstream].map((worker) => worker.stop()));
  await fleet.close();
}

async function measure({ rest, gatewayUrls, gatewaysCpuSeconds }: BenchFleet): Promise<string[][]> {
  const { id: tenantId } = await rest.call('POST', '/tenants', {
    slug: 'revoked',
    limits: { maxConnections: null },
  });
  const createRoute = async (path: string, worker: typeof upstream): Promise<string[]> => {
    const upstreams = [{ url: await worker.call('listen') }];
    const route = { match: { path }, upstreams };
    await rest.call('POST', `/tenants/${tenantId}/routes`, route);
    return gatewayUrls.map((url) => `${url}${path}`);
  };
  const revokedUrls = await createRoute('/revoked', upstream);
  const otherUrls = await createRoute('/other', othersUpstream);
  const createKey = (name: string): ReturnType<typeof rest.call> =>
    rest.call('POST', `/tenants/${tenantId}/api-keys`, { name });
  const [revokedKey, otherKey] = [await createKey('revoked'), await createKey('other')];
  await delay(settleMs);

  const apiKey = revokedKey.key ?? null;
  await revoked.call('open', { urls: revokedUrls, count: revokedConnections, apiKey });
  await others.call('open', { urls: otherUrls, count: otherConnections, apiKey: otherKey.key ?? null });
  await others.call('talk', { everyMs: otherEveryMs });
  await delay(settleMs);
  await others.call('takeEchoTimes');
  await delay(quietMs);
  const quietEchoMs = await others.call('takeEchoTimes');
  const cpuBefore = await gatewaysCpuSeconds();

  await rest.call('DELETE', `/tenants/${tenantId}/api-keys/${revokedKey.id}`);
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
