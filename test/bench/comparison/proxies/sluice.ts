import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { freePort } from '../../../support/free-port.js';
import { startRedisServer } from '../../../support/redis-server.js';
import { startBenchProcess } from '../../bench-process.js';
import { RestClient } from '../../rest-client.js';
import { ChildProgram } from '../child-program.js';
import { rootFolder } from '../folders.js';
import { programPath } from '../program-path.js';
import type { ProxyInput, ProxyKind, RunningProxy } from '../proxy.js';
import { untilOpen } from '../until-open.js';

const adminToken = 'the-admin-token-of-the-benchmark';

// Every limit is on, and none is reached.
const limits = {
  maxConnections: 1_000_000,
  maxConnectionsPerKey: 1_000_000,
  maxConnectionsPerIp: 1_000_000,
  connectionsPerSecond: 1_000_000,
  messagesPerSecond: 10_000_000,
  bytesPerSecond: 1_000_000_000_000,
  maxMessageBytes: 1_048_576,
};

const routeSettings = {
  auth: { mode: 'apiKey' },
  maxConnections: 1_000_000,
  allowedOrigins: ['https://app.example'],
  timeouts: { idleMs: 3_600_000, maxLifetimeMs: 86_400_000 },
  keepalive: { pingIntervalMs: 25_000 },
};

/** The gateway's own program, with a tenant that has every limit; Redis and the API run apart and idle beside the load. */
export const sluice: ProxyKind = sluiceWith([]);

/** The same with options for Node, like those of its profiler, and more settings of the gateway. */
export function sluiceWith(
  nodeOptions: readonly string[],
  gatewaySettings: Record<string, string> = {},
): ProxyKind {
  return {
    name: 'Sluice',
    role: 'sluice',
    setup: 'one gateway process, API key, every limit on, pings on, log level warn',
    isRequired: true,
    start: (input) => start(input, nodeOptions, gatewaySettings),
  };
}

async function start(
  input: ProxyInput,
  nodeOptions: readonly string[],
  gatewaySettings: Record<string, string>,
): Promise<RunningProxy> {
  const releases: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    return { ...(await startFleet(input, nodeOptions, gatewaySettings, releases)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startFleet(
  input: ProxyInput,
  nodeOptions: readonly string[],
  gatewaySettings: Record<string, string>,
  releases: (() => Promise<unknown>)[],
): Promise<Omit<RunningProxy, 'stop'>> {
  const { folder, pinning, upstreamPort } = input;
  await programPath('redis-server', 'redis-server');
  const redis = await startRedisServer();
  releases.push(() => redis.stop());
  const apiPort = await freePort();
  const shared = { SLUICE_REDIS_URL: redis.url, SLUICE_LOG_LEVEL: 'warn', SLUICE_DRAIN_SECONDS: '0' };
  const api = await startBenchProcess({
    app: 'api',
    folder,
    environment: {
      ...shared,
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_API_LISTEN: `127.0.0.1:${apiPort}`,
    },
    readyUrl: `http://127.0.0.1:${apiPort}/healthz`,
    readyText: 'ok',
  });
  releases.push(() => api.stop());
  const header = `X-Api-Key: ${await configure(new RestClient(`http://127.0.0.1:${apiPort}`, adminToken), upstreamPort)}`;

  const port = await freePort();
  const dataFolder = join(folder, 'gateway');
  await mkdir(dataFolder);
  const main = join(rootFolder, 'dist', 'apps', 'gateway', 'main.js');
  const child = await ChildProgram.start({
    name: 'gateway',
    folder,
    ...pinning.command('proxy', process.execPath, [...nodeOptions, main]),
    environment: {
      ...shared,
      SLUICE_DATA_DIR: dataFolder,
      SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
      SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
      // On as well, and not reached: all clients are at one address.
      SLUICE_MAX_PENDING_PER_ADDRESS: '100000',
      SLUICE_MAX_PENDING: '100000',
      ...gatewaySettings,
    },
  });
  releases.push(() => child.stop());
  const target = { port, path: '/echo', header };
  await untilOpen(child, target);
  return {
    ...target,
    version: await ownVersion(),
    processes: await child.processes(),
    log: () => child.log(),
  };
}

/** Resolves with an API key. */
async function configure(rest: RestClient, upstreamPort: number): Promise<string> {
  await rest.call('POST', '/tenants', { slug: 'bench', limits });
  const upstreams = [{ url: `ws://127.0.0.1:${upstreamPort}` }];
  await rest.call('POST', '/tenants/bench/routes', { match: { path: '/echo' }, upstreams, ...routeSettings });
  const answer = await rest.call('POST', '/tenants/bench/api-keys', { name: 'bench' });
  return z.object({ key: z.string() }).parse(answer).key;
}

async function ownVersion(): Promise<string> {
  const text = await readFile(join(rootFolder, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
