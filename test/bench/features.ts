import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../support/random.js';
import type { Releases } from '../support/releases.js';
import type { Launch } from '../support/sluice-process.js';
import { TokenIssuer } from '../support/token-issuer.js';
import { Load } from './comparison/load.js';
import { buildLoadPrograms } from './comparison/load-programs.js';
import { measureEcho, measureHandshakes, type Effort } from './comparison/metrics.js';
import { Pinning } from './comparison/pinning.js';
import type { ProxyTarget } from './comparison/proxy.js';
import { everyLimit, publishBenchTenant, type TenantSettings } from './comparison/proxies/bench-tenant.js';
import { benchGatewaySettings } from './comparison/proxies/sluice-settings.js';
import { quantile } from './quantile.js';
import { readRounds } from './read-rounds.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';
import { startBenchGateway, startControlPlane, type ControlPlane } from './sluice-processes.js';
import { tapOneConnection } from './tap-one-connection.js';

const { rounds, isQuick } = readRounds(process.argv.slice(2));
const random = new Random(randomInt(2 ** 32));
const settleMs = 1000;
const warmUpHandshakes = 2000;
const effort: Effort = {
  rounds,
  memoryRounds: 0,
  connections: 64,
  warmUpMs: 200,
  measureMs: isQuick ? 600 : 1500,
  latencyMs: 0,
  handshakes: isQuick ? 600 : 2000,
  idleConnections: 0,
  settleMs: 0,
};

const noLimits = Object.fromEntries(Object.keys(everyLimit.limits).map((name) => [name, null]));
const plainRoute = {
  auth: { mode: 'none' },
  timeouts: { idleMs: null, maxLifetimeMs: null },
  keepalive: { pingIntervalMs: null },
};

/** One feature in addition to the defaults of every connection. */
interface Feature {
  name: string;
  limits?: Record<string, number>;
  route?: Record<string, unknown>;
  /** The header field of the handshake; by default the one with the tenant's key. */
  header?: string;
  hasTap?: boolean;
}

interface Measured extends Feature {
  target: ProxyTarget;
  echoMicros: number[];
  handshakeMicros: number[];
}

await runBenchmark(async (releases) => rows(await measure(releases)));

/** Measures all features in turn on one gateway, each with a separate tenant. */
async function measure(releases: Releases): Promise<Measured[]> {
  const folder = await temporaryFolder(releases);
  const pinning = new Pinning();
  pinning.pinSelf();
  const load = await Load.start(await buildLoadPrograms(), pinning);
  releases.add(() => load.stop());
  const plane = await startControlPlane({ folder, settings: benchGatewaySettings }, releases);
  const launch: Launch = { wrap: (...command) => pinning.command('proxy', ...command) };
  const settings = benchGatewaySettings;
  const { port, process } = await startBenchGateway(plane, { folder, settings, launch }, releases);
  const place = { port, processes: [process.pid] };
  const all: Measured[] = [];
  for (const [index, feature] of (await features()).entries()) {
    all.push(await publish(plane, load.upstreamPort, place, feature, `feature-${index}`));
  }
  await delay(settleMs);
  for (const { target } of all) {
    await measureHandshakes({ load, effort: { ...effort, handshakes: warmUpHandshakes } }, target);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const feature of random.shuffled(all)) await measureFeature(feature, load, plane);
    console.error(`round ${round + 1} of ${rounds}`);
  }
  return all;
}

async function features(): Promise<Feature[]> {
  const issuer = await TokenIssuer.start();
  const { issuer: name, audience, keys } = issuer;
  const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 3600 });
  await issuer.close();
  const limit = (...names: string[]): Pick<Feature, 'limits'> => ({
    limits: Object.fromEntries(names.map((one) => [one, everyLimit.limits[one] ?? 0])),
  });
  const jwt = { issuer: name, audience: [audience], keys };
  return [
    { name: 'nothing' },
    { name: 'API key', route: { auth: { mode: 'apiKey' } } },
    {
      name: 'JWT (ES256)',
      route: { auth: { mode: 'jwt', sources: ['header'], jwt } },
      header: `Authorization: Bearer ${token}`,
    },
    { name: 'allowed origins', route: { allowedOrigins: ['https://app.example'] } },
    {
      name: 'limits and rate of connections',
      ...limit('maxConnections', 'maxConnectionsPerIp', 'connectionsPerSecond'),
    },
    { name: 'messages a second', ...limit('messagesPerSecond') },
    { name: 'bytes a second', ...limit('bytesPerSecond') },
    { name: 'size of messages', ...limit('maxMessageBytes') },
    { name: 'pings', route: { keepalive: { pingIntervalMs: 25_000 } } },
    { name: 'idle timeout', route: { timeouts: { idleMs: 3_600_000, maxLifetimeMs: null } } },
    { name: 'lifetime', route: { timeouts: { idleMs: null, maxLifetimeMs: 86_400_000 } } },
    { name: 'tap on another connection', hasTap: true },
    { name: 'all but JWT and tap', ...everyFeature() },
  ];
}

function everyFeature(): Pick<Feature, 'limits' | 'route'> {
  const limits = Object.entries(everyLimit.limits).map(([name, value]) => [name, value ?? 0] as const);
  return { limits: Object.fromEntries(limits), route: everyLimit.route };
}

async function publish(
  { rest }: ControlPlane,
  upstreamPort: number,
  place: Pick<ProxyTarget, 'port' | 'processes'>,
  feature: Feature,
  slug: string,
): Promise<Measured> {
  const tenant: TenantSettings = {
    limits: { ...noLimits, ...feature.limits },
    route: { ...plainRoute, ...feature.route },
  };
  const key = await publishBenchTenant(rest, upstreamPort, tenant, slug);
  const target = { ...place, path: `/${slug}`, header: feature.header ?? key };
  return { ...feature, target, echoMicros: [], handshakeMicros: [] };
}

async function measureFeature(
  { target, hasTap, echoMicros, handshakeMicros }: Measured,
  load: Load,
  { rest }: ControlPlane,
): Promise<void> {
  const tap = hasTap === true ? await tapOneConnection(rest, target) : null;
  const { cpuMicros: echo = Number.NaN } = await measureEcho({ load, proxy: target, effort });
  const { cpuMicros: handshake = Number.NaN } = await measureHandshakes({ load, effort }, target);
  await tap?.end();
  echoMicros.push(echo);
  handshakeMicros.push(handshake);
}

function rows(all: readonly Measured[]): string[][] {
  const [nothing] = all;
  const head = ['on, beside nothing else', 'CPU per 64-byte echo', 'more', 'CPU per connection', 'more'];
  return [
    head,
    ...all.map((one) => [
      one.name,
      `${quantile(one.echoMicros, 0.5).toFixed(1)} µs`,
      moreText(one.echoMicros, nothing?.echoMicros ?? [], 1),
      `${quantile(one.handshakeMicros, 0.5).toFixed(0)} µs`,
      moreText(one.handshakeMicros, nothing?.handshakeMicros ?? [], 0),
    ]),
  ];
}

/** The cost compared to the baseline in the same round: the median and the quartiles. */
function moreText(values: readonly number[], basis: readonly number[], digits: number): string {
  const more = values.map((value, round) => value - (basis[round] ?? Number.NaN));
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(more, share).toFixed(digits));
  return `${median} (${low} to ${high})`;
}
