import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgresServer, type PostgresServer } from '../../support/postgres/postgres-server.js';
import { freePort } from '../../support/free-port.js';
import { startRedisServer, type RedisServer } from '../../support/redis-server.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { upstreamNames } from '../load/chaos-client.js';
import { Actor } from './actor.js';

export const adminToken = 'the-admin-token-of-chaos';

/** One of Sluice's processes, where it is reached, and its way to Redis, which can be cut by itself. */
export interface Member {
  actor: Actor;
  /** For an API its REST API, for a gateway where clients connect. */
  url: string;
  /** `/readyz` and `/metrics`. */
  adminUrl: string;
  wayToRedis: TcpProxy;
}

export interface CastInput {
  folder: string;
  onMessage: (message: unknown) => void;
  onLoss: (how: string) => void;
}

/** Everybody on the stage: 2 APIs on Postgres, 3 gateways, Redis, and 2 echo upstreams. */
export interface Cast {
  redis: RedisServer;
  postgres: PostgresServer;
  apis: Member[];
  gateways: Member[];
  upstreams: { actor: Actor; name: string; url: string }[];
  logPaths: string[];
  /** Ends all that runs, in no order. */
  close(): Promise<void>;
}

const [apiCount, gatewayCount] = [2, 3];

/** Starts them, one after the other. */
export async function raiseCast(input: CastInput): Promise<Cast> {
  const releases: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    ensureProgram('redis-for-tests.mjs');
    return { ...(await raise(input, releases)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where the program of an app, or one of chaos' own, is after a build. */
export function builtFile(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

async function raise(input: CastInput, releases: (() => unknown)[]): Promise<Omit<Cast, 'close'>> {
  const { folder, onLoss, onMessage } = input;
  const logPaths: string[] = [];
  const [redis, postgres] = await Promise.all([
    startRedisServer().then((server) => kept(server, releases)),
    startPostgresServer().then((server) => kept(server, releases)),
  ]);
  const begin = async (actor: Actor): Promise<Actor> => {
    releases.push(() => actor.kill());
    await actor.start();
    return actor;
  };
  const logOf = (name: string): string => {
    const logPath = join(folder, `${name}.log`);
    logPaths.push(logPath);
    return logPath;
  };
  const startMember = async (app: 'api' | 'gateway', index: number): Promise<Member> => {
    const name = `${app}-${index + 1}`;
    const ports = { listen: await freePort(), admin: await freePort() };
    const wayToRedis = await startTcpProxy(Number(new URL(redis.url).port));
    releases.push(() => wayToRedis.close());
    const adminUrl = `http://127.0.0.1:${app === 'api' ? ports.listen : ports.admin}`;
    const environment = {
      ...settingsOf(app, ports, postgres.url),
      SLUICE_REDIS_URL: `redis://127.0.0.1:${wayToRedis.port}`,
      SLUICE_DATA_DIR: join(folder, name),
    };
    const file = builtFile(`apps/${app}/main.js`);
    const readyUrl = `${adminUrl}/readyz`;
    const actor = await begin(new Actor({ name, file, environment, logPath: logOf(name), readyUrl, onLoss }));
    const url = `${app === 'api' ? 'http' : 'ws'}://127.0.0.1:${ports.listen}`;
    return { actor, url, adminUrl, wayToRedis };
  };
  const startUpstream = async (name: string): Promise<Cast['upstreams'][number]> => {
    const port = String(await freePort());
    const file = builtFile('test/chaos/load/upstream-process.js');
    const own = { name: `upstream-${name}`, file, args: [name, port], logPath: logOf(`upstream-${name}`) };
    const readyUrl = `http://127.0.0.1:${port}/`;
    const actor = await begin(new Actor({ ...own, readyUrl, onMessage, onLoss }));
    return { actor, name, url: `ws://127.0.0.1:${port}` };
  };
  // At once, as after a power cut: of the APIs one migrates, and gateways come before there is a configuration.
  const [upstreams, apis, gateways] = await Promise.all([
    Promise.all(upstreamNames.map(startUpstream)),
    Promise.all(Array.from({ length: apiCount }, (_, index) => startMember('api', index))),
    Promise.all(Array.from({ length: gatewayCount }, (_, index) => startMember('gateway', index))),
  ]);
  return { redis, postgres, apis, gateways, upstreams, logPaths };
}

function kept<Server extends { stop(): Promise<void> }>(server: Server, releases: (() => unknown)[]): Server {
  releases.push(() => server.stop());
  return server;
}

function settingsOf(
  app: 'api' | 'gateway',
  ports: { listen: number; admin: number },
  databaseUrl: string,
): Record<string, string> {
  if (app === 'api') {
    const listen = { SLUICE_API_LISTEN: `127.0.0.1:${ports.listen}` };
    return { ...listen, SLUICE_DATABASE_URL: databaseUrl, SLUICE_ADMIN_TOKEN: adminToken };
  }
  return {
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${ports.listen}`,
    SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${ports.admin}`,
    SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
    SLUICE_DRAIN_SECONDS: '1',
    // All clients are at one address, and many of them are refused.
    SLUICE_MAX_PENDING_PER_ADDRESS: '0',
  };
}

// The script installs it where it may, and says what to install where it may not.
function ensureProgram(script: string): void {
  const { status, stderr } = spawnSync(process.execPath, [join('scripts', script)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
