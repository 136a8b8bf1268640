import { setTimeout as delay } from 'node:timers/promises';
import type { UsagePeriod } from '../../apps/api/usage/usage-history-query.js';
import type { Releases } from '../support/releases.js';
import type { RestClient } from '../support/rest-client.js';
import { createRoute } from './create-route.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import {
  noBoundOnOneAddress,
  startBenchGateway,
  startControlPlane,
  startEchoUpstream,
  type BenchGateway,
} from './sluice-processes.js';
import { UsageClients } from './usage-clients.js';

const clientsOfGateway = 10;
const everyMs = 20;
const quotaOfMessages = 20_000;
const between = 4000;
// A report every 30 seconds: the killed gateway has one that is stored, and usage since then.
const untilReportedMs = 40_000;
const collectedMs = 12_000;

await runBenchmark(measure);

async function measure(releases: Releases): Promise<string[][]> {
  const folder = await temporaryFolder(releases);
  const echoUrl = await startEchoUpstream(folder, releases);
  const plane = await startControlPlane({ folder }, releases);
  const { rest, redis } = plane;
  const start = (ports?: BenchGateway): Promise<BenchGateway> =>
    startBenchGateway(plane, { folder, settings: noBoundOnOneAddress }, releases, ports);
  let gateways = [await start(), await start(), await start()];
  await rest.call('POST', '/tenants', { slug: 'counted', limits: { maxConnections: null } });
  for (const index of gateways.keys())
    await createRoute(rest, 'counted', { path: `/${index}`, url: echoUrl });
  await delay(between);

  const clients = gateways.map(
    ({ port }, index) => new UsageClients(`ws://127.0.0.1:${port}/${index}`, everyMs),
  );
  const running = Promise.all(clients.map((each) => each.run(clientsOfGateway)));
  await delay(between);
  await plane.restartApi();
  await delay(between);
  await redis.kill();
  await delay(between);
  await redis.start();
  await delay(untilReportedMs);
  const [first, second, third] = gateways;
  if (!first || !second || !third) throw new Error('there are not three gateways');
  await third.process.kill();
  gateways = [first, second, await start(third)];
  await delay(between);
  for (const each of clients) each.stop();
  await running;
  // At its end a gateway closes its last report, which its successor sends.
  for (const [index, gateway] of gateways.entries()) {
    await gateway.process.stop();
    gateways[index] = await start(gateway);
  }
  await delay(collectedMs);
  const rows = await compare(rest, clients);
  return [...rows, ...(await exceedQuota(rest, gateways, echoUrl))];
}

async function compare(rest: RestClient, clients: readonly UsageClients[]): Promise<string[][]> {
  const [from, to] = [-1, 1].map((days) => new Date(Date.now() + days * 24 * 3_600_000).toISOString());
  const { items } = await rest.call(
    'GET',
    `/tenants/counted/usage/history?from=${from}&to=${to}&groupBy=route`,
  );
  const routes = (await rest.call('GET', '/tenants/counted/routes')).items as {
    id: string;
    match: { path: string };
  }[];
  const rows = clients.map(({ connections, messages }, index) => {
    const routeId = routes.find(({ match }) => match.path === `/${index}`)?.id;
    const used = (items as UsagePeriod[]).filter((period) => period.routeId === routeId);
    const sum = (of: (period: UsagePeriod) => number): number =>
      used.reduce((all, period) => all + of(period), 0);
    const missing = messages - sum(({ fromUpstreams }) => fromUpstreams.messages);
    return [
      index === 2 ? 'gateway 3, killed once' : `gateway ${index + 1}`,
      `${connections} connections, ${messages.toLocaleString('en')} messages`,
      `${sum((period) => period.connections)}, ${(messages - missing).toLocaleString('en')}`,
      index === 2 ? `${missing} (${seconds(missing)} s)` : String(missing),
    ];
  });
  return [['what', 'clients counted', 'usage', 'missing'], ...rows];
}

function seconds(messages: number): string {
  return ((messages * everyMs) / 1000 / clientsOfGateway).toFixed(1);
}

async function exceedQuota(
  rest: RestClient,
  gateways: readonly BenchGateway[],
  echoUrl: string,
): Promise<string[][]> {
  const quota = { messages: quotaOfMessages };
  await rest.call('POST', '/tenants', { slug: 'bounded', quota });
  await createRoute(rest, 'bounded', { path: '/bounded', url: echoUrl });
  await delay(between);
  const clients = gateways.map(({ port }) => new UsageClients(`ws://127.0.0.1:${port}/bounded`, everyMs));
  const startedAt = performance.now();
  await Promise.all(clients.map((each) => each.run(clientsOfGateway)));
  const perSecond = (2 * sumOf(clients)) / ((performance.now() - startedAt) / 1000);
  const overshoot = 2 * sumOf(clients) - quotaOfMessages;
  const codes = [...new Set(clients.flatMap(({ closeCodes }) => closeCodes))].join();
  return [
    [
      `quota of ${quotaOfMessages.toLocaleString('en')} messages`,
      `${(2 * sumOf(clients)).toLocaleString('en')} messages, closed with ${codes}`,
      '',
      `overshoot ${overshoot.toLocaleString('en')} (${(overshoot / perSecond).toFixed(1)} s of traffic)`,
    ],
  ];
}

function sumOf(clients: readonly UsageClients[]): number {
  return clients.reduce((sum, { messages }) => sum + messages, 0);
}
