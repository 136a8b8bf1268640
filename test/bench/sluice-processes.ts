import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import type { Releases } from '../support/releases.js';
import { startBenchProcess, type BenchProcess, type Launch } from './bench-process.js';
import { RestClient } from './rest-client.js';

type Environment = Record<string, string>;

export const adminToken = 'the-admin-token-of-the-benchmark';

// Clients and upstreams of benchmarks are on this machine. The engine is the one that the benchmark itself was started with.
const engine = process.env['SLUICE_ENGINE'];
const gatewayDefaults: Environment = {
  SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
  SLUICE_DRAIN_SECONDS: '1',
  ...(engine !== undefined && { SLUICE_ENGINE: engine }),
};

/** For a benchmark whose clients are all at one address, and mean no harm. */
export const noBoundOnOneAddress: Environment = { SLUICE_MAX_PENDING_PER_ADDRESS: '0' };

/** Redis and an API, each in a process of its own. */
export interface ControlPlane {
  rest: RestClient;
  redis: RedisServer;
  /** Milliseconds from the start of the API to the snapshot stored in Redis. */
  publishedAfterMs: number;
}

/** A gateway in a process of its own. */
export interface BenchGateway {
  port: number;
  adminPort: number;
  process: BenchProcess;
}

/** An API, a gateway and an echo upstream in one process. */
export interface BenchAllInOne extends BenchGateway {
  rest: RestClient;
  apiUrl: string;
}

export interface ProcessInput {
  folder: string;
  /** Settings beside the ones that all benchmarks need. */
  settings?: Environment;
  launch?: Launch;
}

/** The database is in the folder, where it may be already. */
export async function startControlPlane(
  { folder, settings = {} }: ProcessInput,
  releases: Releases,
): Promise<ControlPlane> {
  const redis = await startRedisServer();
  releases.add(() => redis.stop());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    SLUICE_DATA_DIR: folder,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_API_LISTEN: `127.0.0.1:${port}`,
    ...settings,
  };
  const readyUrl = `${url}/readyz`;
  const api = await startBenchProcess({ app: 'api', folder, environment, readyUrl, readyText: '"inStep"' });
  releases.add(() => api.program.stop());
  return { rest: new RestClient(url, adminToken), redis, publishedAfterMs: api.readyAfterMs };
}

/** `ports`: those of an earlier start, whose files it finds again. */
export async function startBenchGateway(
  { redis }: Pick<ControlPlane, 'redis'>,
  { folder, settings = {}, launch }: ProcessInput,
  releases: Releases,
  ports?: Pick<BenchGateway, 'port' | 'adminPort'>,
): Promise<BenchGateway> {
  const { port, adminPort } = ports ?? { port: await freePort(), adminPort: await freePort() };
  const dataFolder = join(folder, `gateway-${port}`);
  await mkdir(dataFolder, { recursive: true });
  const environment = {
    SLUICE_DATA_DIR: dataFolder,
    SLUICE_REDIS_URL: redis.url,
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
    SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    ...gatewayDefaults,
    ...settings,
  };
  const readyUrl = `http://127.0.0.1:${adminPort}/readyz`;
  const named = { name: `gateway-${port}`, ...launch };
  const ready = { readyUrl, readyText: '"ready"' };
  const process = await startBenchProcess({ app: 'gateway', folder, environment, ...ready, launch: named });
  releases.add(() => process.program.stop());
  return { port, adminPort, process };
}

/** `npm start`, without the build. */
export async function startBenchAllInOne(
  { folder, settings = {}, launch = {} }: ProcessInput,
  releases: Releases,
): Promise<BenchAllInOne> {
  const [api, port, adminPort, echo] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const environment = {
    SLUICE_DATA_DIR: folder,
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_API_LISTEN: `127.0.0.1:${api}`,
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
    SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
    SLUICE_ECHO_LISTEN: `127.0.0.1:${echo}`,
    ...gatewayDefaults,
    ...settings,
  };
  const ready = { readyUrl: `http://127.0.0.1:${adminPort}/readyz`, readyText: '"ready"' };
  const process = await startBenchProcess({ app: 'all-in-one', folder, environment, ...ready, launch });
  releases.add(() => process.program.stop());
  const apiUrl = `http://127.0.0.1:${api}`;
  return { port, adminPort, process, apiUrl, rest: new RestClient(apiUrl, adminToken) };
}
