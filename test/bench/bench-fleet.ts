import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '../support/redis-server.js';
import { startBenchProcess, type BenchProcess, type BenchProcessInput } from './bench-process.js';
import { freePort } from '../support/free-port.js';
import { publishedConfiguration } from './published-configuration.js';
import { RestClient } from './rest-client.js';
import { seedDatabase } from './seed-database.js';

const adminToken = 'the-admin-token-of-the-benchmark';

/** Redis, an echo upstream, an API and a gateway, each in a process of its own. */
export interface BenchFleet {
  rest: RestClient;
  echoUrl: string;
  gatewayPort: number;
  /** Milliseconds from the start of the API to the snapshot stored in Redis. */
  publishedAfterMs: number;
  /** Milliseconds from the start of the gateway to `/readyz`, with nothing but Redis to read from. */
  readyFromRedisMs: number;
  /** The same after a restart, with the snapshot file of the first start. */
  restartGateway(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a fleet whose database already holds that many routes, of a tenth as many tenants with two keys each. */
export async function startBenchFleet(routes: number): Promise<BenchFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const releases: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    const size = { tenants: routes / 10, routesPerTenant: 10, keysPerTenant: 2 };
    await seedDatabase(`sqlite:${join(folder, 'sluice.db')}`, publishedConfiguration(size));
    return { ...(await startProcesses(folder, releases)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startProcesses(
  folder: string,
  releases: (() => Promise<unknown>)[],
): Promise<Omit<BenchFleet, 'close'>> {
  const redis = await startRedisServer();
  releases.push(() => redis.stop());
  const ports = { api: await freePort(), gateway: await freePort(), echo: await freePort() };
  const adminPort = await freePort();
  const environment = {
    SLUICE_DATA_DIR: folder,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_API_LISTEN: `127.0.0.1:${ports.api}`,
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${ports.gateway}`,
    SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    SLUICE_ECHO_LISTEN: `127.0.0.1:${ports.echo}`,
    SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
    SLUICE_DRAIN_SECONDS: '1',
  };
  const start = async (
    app: BenchProcessInput['app'],
    port: number,
    path: string,
    readyText: string,
  ): Promise<BenchProcess> => {
    const readyUrl = `http://127.0.0.1:${port}${path}`;
    const started = await startBenchProcess({ app, folder, environment, readyUrl, readyText });
    releases.push(() => started.stop());
    return started;
  };
  await start('echo', ports.echo, '/healthz', 'ok');
  const api = await start('api', ports.api, '/readyz', '"inStep"');
  const gateway = await start('gateway', adminPort, '/readyz', '"ready"');
  return {
    rest: new RestClient(`http://127.0.0.1:${ports.api}`, adminToken),
    echoUrl: `ws://127.0.0.1:${ports.echo}`,
    gatewayPort: ports.gateway,
    publishedAfterMs: api.readyAfterMs,
    readyFromRedisMs: gateway.readyAfterMs,
    restartGateway: async () => {
      await gateway.stop();
      return (await start('gateway', adminPort, '/readyz', '"ready"')).readyAfterMs;
    },
  };
}
