import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answers } from '../support/child-program.js';
import { freePort } from '../support/free-port.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import type { Releases } from '../support/releases.js';
import { RestClient } from '../support/rest-client.js';
import { SluiceProcess, type App, type Launch } from '../support/sluice-process.js';
import { adminToken } from '../support/sluice-settings.js';

type Settings = Record<string, string>;

// Clients and upstreams of benchmarks are on this machine. The engine is that of the benchmark's environment.
const engine = process.env['SLUICE_ENGINE'];
const gatewayDefaults: Settings = {
  SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
  SLUICE_DRAIN_SECONDS: '1',
  ...(engine !== undefined && { SLUICE_ENGINE: engine }),
};

/** Settings for a benchmark whose clients all have one address and are not attackers. */
export const noBoundOnOneAddress: Settings = { SLUICE_MAX_PENDING_PER_ADDRESS: '0' };

/** Redis and an API, each in a separate process. */
export interface ControlPlane {
  rest: RestClient;
  redis: RedisServer;
  /** Milliseconds from the start of the API to the snapshot stored in Redis. */
  publishedAfterMs: number;
  /** Kills the API and starts it again. */
  restartApi: () => Promise<void>;
}

/** A gateway in a separate process. */
export interface BenchGateway {
  port: number;
  adminPort: number;
  process: SluiceProcess;
  /** Milliseconds from the start of the process to `/readyz`. */
  readyAfterMs: number;
}

/** An API, a gateway and an echo upstream in one process. */
export interface BenchAllInOne extends BenchGateway {
  rest: RestClient;
  apiUrl: string;
}

export interface ProcessInput {
  /** The folder for data and logs. */
  folder: string;
  /** Settings that override those of all benchmarks. */
  settings?: Settings;
  launch?: Launch;
}

/** The database is in the folder, and may already exist. */
export async function startControlPlane(
  { folder, settings = {}, launch }: ProcessInput,
  releases: Releases,
): Promise<ControlPlane> {
  const redis = await startRedisServer();
  releases.add(() => redis.stop());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startApi = (): ReturnType<typeof startBenchProcess> =>
    startBenchProcess('api', {
      settings: {
        SLUICE_DATA_DIR: folder,
        SLUICE_REDIS_URL: redis.url,
        SLUICE_ADMIN_TOKEN: adminToken,
        SLUICE_API_LISTEN: `127.0.0.1:${port}`,
        ...settings,
      },
      launch: { logFolder: folder, ...launch },
      ready: [`${url}/readyz`, '"inStep"'],
      releases,
    });
  let api = await startApi();
  return {
    rest: new RestClient(url, adminToken),
    redis,
    publishedAfterMs: api.readyAfterMs,
    restartApi: async () => {
      await api.process.kill();
      api = await startApi();
    },
  };
}

/** `ports` are those of an earlier start, whose files the gateway finds again. */
export async function startBenchGateway(
  { redis }: Pick<ControlPlane, 'redis'>,
  { folder, settings = {}, launch }: ProcessInput,
  releases: Releases,
  ports?: Pick<BenchGateway, 'port' | 'adminPort'>,
): Promise<BenchGateway> {
  const { port, adminPort } = ports ?? { port: await freePort(), adminPort: await freePort() };
  const dataFolder = join(folder, `gateway-${port}`);
  await mkdir(dataFolder, { recursive: true });
  const started = await startBenchProcess('gateway', {
    settings: {
      SLUICE_DATA_DIR: dataFolder,
      SLUICE_REDIS_URL: redis.url,
      SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      ...gatewayDefaults,
      ...settings,
    },
    launch: { name: `gateway-${port}`, logFolder: folder, ...launch },
    ready: [`http://127.0.0.1:${adminPort}/readyz`, '"ready"'],
    releases,
  });
  return { port, adminPort, ...started };
}

/** Like `npm start`, without the build. */
export async function startBenchAllInOne(
  { folder, settings = {}, launch }: ProcessInput,
  releases: Releases,
): Promise<BenchAllInOne> {
  const [apiPort, port, adminPort] = [await freePort(), await freePort(), await freePort()];
  const started = await startBenchProcess('all-in-one', {
    settings: {
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_API_LISTEN: `127.0.0.1:${apiPort}`,
      SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
      SLUICE_ECHO_LISTEN: '127.0.0.1:0',
      ...gatewayDefaults,
      ...settings,
    },
    launch: { logFolder: folder, ...launch },
    ready: [`http://127.0.0.1:${adminPort}/readyz`, '"ready"'],
    releases,
  });
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  return { port, adminPort, apiUrl, rest: new RestClient(apiUrl, adminToken), ...started };
}

/** Starts an echo upstream in a separate process; resolves with its URL. */
export async function startEchoUpstream(logFolder: string, releases: Releases): Promise<string> {
  const listen = `127.0.0.1:${await freePort()}`;
  const settings = { SLUICE_ECHO_LISTEN: listen };
  await startBenchProcess('echo', {
    settings,
    launch: { logFolder },
    ready: [`http://${listen}/healthz`, 'ok'],
    releases,
  });
  return `ws://${listen}`;
}

interface BenchProcessInput {
  settings: Settings;
  launch: Launch;
  /** The program is ready when the URL answers 200 with this text. */
  ready: [url: string, text: string];
  releases: Releases;
}

async function startBenchProcess(
  app: App,
  { settings, launch, ready, releases }: BenchProcessInput,
): Promise<Pick<BenchGateway, 'process' | 'readyAfterMs'>> {
  const startedAtMs = performance.now();
  const process = SluiceProcess.start(app, settings, launch);
  releases.add(() => process.stop());
  await process.untilReady(() => answers(...ready));
  return { process, readyAfterMs: performance.now() - startedAtMs };
}
