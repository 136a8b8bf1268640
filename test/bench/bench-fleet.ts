import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { startBenchProcess, type BenchProcess, type BenchProcessInput } from './bench-process.js';
import { freePort } from '../support/free-port.js';
import { publishedConfiguration } from './published-configuration.js';
import { RestClient } from './rest-client.js';
import { seedDatabase } from './seed-database.js';

const adminToken = 'the-admin-token-of-the-benchmark';

/** Redis, an echo upstream, an API and gateways, each in a process of its own. */
export interface BenchFleet {
  rest: RestClient;
  redis: RedisServer;
  echoUrl: string;
  /** Of the first gateway. */
  gatewayPort: number;
  gatewayUrls: string[];
  /** Seconds of processor that all gateways have used so far. */
  gatewaysCpuSeconds: () => Promise<number>;
  /** Milliseconds from the start of the API to the snapshot stored in Redis. */
  publishedAfterMs: number;
  /** Milliseconds from the start of the gateway to `/readyz`, with nothing but Redis to read from. */
  readyFromRedisMs: number;
  /** The same after a restart, with the snapshot file of the first start. */
  restartGateway(): Promise<number>;
  /** Kills the last gateway. */
  killLastGateway: () => Promise<void>;
  close(): Promise<void>;
}

export interface BenchFleetSize {
  /** What the database already holds, of a tenth as many tenants with two keys each. */
  routes: number;
  gateways: number;
  /** Settings of the gateways beside the usual ones. */
  gatewaySettings?: Record<string, string>;
}

/** For a benchmark whose clients are all at one address, and mean no harm. */
export const noBoundOnOneAddress = { SLUICE_MAX_PENDING_PER_ADDRESS: '0' };

export async function startBenchFleet(input: BenchFleetSize): Promise<BenchFleet> {
  const { routes, gateways, gatewaySettings = {} } = input;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const releases: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    const size = { tenants: routes / 10, routesPerTenant: 10, keysPerTenant: 2 };
    await seedDatabase(`sqlite:${join(folder, 'sluice.db')}`, publishedConfiguration(size));
    return { ...(await startProcesses({ folder, gateways, gatewaySettings }, releases)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface GatewayPorts {
  port: number;
  adminPort: number;
}

async function startProcesses(
  { folder, gateways, gatewaySettings }: Required<Omit<BenchFleetSize, 'routes'>> & { folder: string },
  releases: (() => Promise<unknown>)[],
): Promise<Omit<BenchFleet, 'close'>> {
  const redis = await startRedisServer();
  releases.push(() => redis.stop());
  const ports = { api: await freePort(), echo: await freePort() };
  const shared = {
    SLUICE_DATA_DIR: folder,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_API_LISTEN: `127.0.0.1:${ports.api}`,
    SLUICE_ECHO_LISTEN: `127.0.0.1:${ports.echo}`,
    SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
    SLUICE_DRAIN_SECONDS: '1',
  };
  const start = async (
    app: BenchProcessInput['app'],
    port: number,
    path: string,
    readyText: string,
    own: Record<string, string> = {},
  ): Promise<BenchProcess> => {
    const readyUrl = `http://127.0.0.1:${port}${path}`;
    const environment = { ...shared, ...own };
    const started = await startBenchProcess({ app, folder, environment, readyUrl, readyText });
    releases.push(() => started.stop());
    return started;
  };
  const startGateway = ({ port, adminPort }: GatewayPorts): Promise<BenchProcess> =>
    start('gateway', adminPort, '/readyz', '"ready"', {
      ...gatewaySettings,
      SLUICE_DATA_DIR: join(folder, `gateway-${port}`),
      SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    });
  await start('echo', ports.echo, '/healthz', 'ok');
  const api = await start('api', ports.api, '/readyz', '"inStep"');
  const first = { port: await freePort(), adminPort: await freePort() };
  const firstStarted = await startGateway(first);
  const started = [first];
  let last = firstStarted;
  while (started.length < gateways) {
    const next = { port: await freePort(), adminPort: await freePort() };
    last = await startGateway(next);
    started.push(next);
  }
  return {
    rest: new RestClient(`http://127.0.0.1:${ports.api}`, adminToken),
    redis,
    echoUrl: `ws://127.0.0.1:${ports.echo}`,
    gatewayPort: first.port,
    gatewayUrls: started.map(({ port }) => `ws://127.0.0.1:${port}`),
    gatewaysCpuSeconds: async () => {
      const each = await Promise.all(started.map(({ adminPort }) => cpuSeconds(adminPort)));
      return each.reduce((sum, seconds) => sum + seconds, 0);
    },
    publishedAfterMs: api.readyAfterMs,
    readyFromRedisMs: firstStarted.readyAfterMs,
    killLastGateway: () => last.kill(),
    restartGateway: async () => {
      await firstStarted.stop();
      return (await startGateway(first)).readyAfterMs;
    },
  };
}

// As the operating system counts it, so that it holds on a busy machine.
async function cpuSeconds(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
