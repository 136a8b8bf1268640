import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Releases } from '../support/releases.js';
import { startBenchFleet } from './bench-fleet.js';
import { BenchWorker } from './bench-worker.js';
import type { ClientCalls } from './client-worker.js';
import { buildLoadPrograms } from './comparison/load-programs.js';
import { createKey, createRoute, createTenant } from './create-route.js';
import { LineProgram } from './line-program.js';
import { milliseconds } from './milliseconds.js';
import { quantile } from './quantile.js';
import { noBoundOnOneAddress } from './sluice-processes.js';
import { runBenchmark } from './run-benchmark.js';

const tenant = 'revoked';
const revokedConnections = 5000;
const otherConnections = 50;
const otherEveryMs = 20;
const settleMs = 3000;
const quietMs = 10_000;
// Echoes in flight at the last close belong to the measurement.
const lastEchoesMs = 50;

const closesSchema = z.array(z.object({ code: z.number(), atMs: z.number() }));

type Closes = z.output<typeof closesSchema>;

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const size = { routes: 10, gateways: 2, gatewaySettings: noBoundOnOneAddress };
  const { rest, gatewayUrls, gatewaysCpuSeconds } = await startBenchFleet(size, releases);
  // Both ends of the revoked connections are in C: on Node.js they took 0.5 to 0.85 s of the processors.
  const programs = await buildLoadPrograms('closes');
  const others = BenchWorker.start<ClientCalls>('client-worker.js', releases);
  await createTenant(rest, tenant);
  // Two upstreams, so that the other connections do not wait for an upstream that is busy with the closes.
  const startRoute = async (path: string): Promise<string[]> => {
    const port = await LineProgram.start(programs.upstream, [], releases).nextLine();
    await createRoute(rest, tenant, { path, url: `ws://127.0.0.1:${port}`, auth: {} });
    return gatewayUrls.map((url) => `${url}${path}`);
  };
  const [revokedUrls, otherUrls] = [await startRoute('/revoked'), await startRoute('/other')];
  const [revokedKey, otherKey] = [await createKey(rest, tenant), await createKey(rest, tenant, 'other')];
  await delay(settleMs);

  const header = `X-Api-Key: ${revokedKey.key}`;
  const revoked = revokedUrls.map((url) => {
    const { port, pathname } = new URL(url);
    const count = String(revokedConnections / revokedUrls.length);
    return LineProgram.start(programs.generator, [port, pathname, header, count], releases);
  });
  await Promise.all(revoked.map((clients) => clients.nextLine()));
  await others.call('open', { urls: otherUrls, count: otherConnections, apiKey: otherKey.key });
  await others.call('talk', { everyMs: otherEveryMs });
  await delay(settleMs);
  await others.call('takeEchoTimes');
  await delay(quietMs);
  const quietEchoMs = await others.call('takeEchoTimes');
  const cpuBefore = await gatewaysCpuSeconds();

  await rest.call('DELETE', `/tenants/${tenant}/api-keys/${revokedKey.id}`);
  const answeredAtMs = monotonicMs();
  const closes = (await Promise.all(revoked.map(untilAllClosed))).flat();
  await delay(lastEchoesMs);
  const duringEchoMs = await others.call('takeEchoTimes');
  const othersEnded = await others.call('ended');
  const cpuSeconds = (await gatewaysCpuSeconds()) - cpuBefore;
  const cpuMs = (cpuSeconds * 1000) / revokedConnections;
  return rows({ closes, answeredAtMs, cpuMs }, { quietEchoMs, duringEchoMs, othersEnded });
}

// The clock of the programs in C.
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function untilAllClosed(clients: LineProgram): Promise<Closes> {
  return closesSchema.parse(JSON.parse(await clients.nextLine()));
}

function rows(
  { closes, answeredAtMs, cpuMs }: { closes: Closes; answeredAtMs: number; cpuMs: number },
  others: { quietEchoMs: number[]; duringEchoMs: number[]; othersEnded: number },
): string[][] {
  const afterMs = closes.map(({ atMs }) => atMs - answeredAtMs);
  const codes: Record<string, number> = {};
  for (const { code } of closes) codes[code] = (codes[code] ?? 0) + 1;
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
