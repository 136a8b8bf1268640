import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { answers, ChildProgram } from '../../support/child-program.js';
import { freePort } from '../../support/free-port.js';
import { startPostgresServer, type PostgresServer } from '../../support/postgres/postgres-server.js';
import { startRedisServer, type RedisServer } from '../../support/redis-server.js';
import { Releases } from '../../support/releases.js';
import { builtFile, SluiceProcess } from '../../support/sluice-process.js';
import { adminToken, testSettings } from '../../support/sluice-settings.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { upstreamNames } from '../workload/workload-client.js';

/** A process that faults kill, pause and restart, always at the same addresses. */
export interface ClusterProcess {
  process: ChildProgram;
  /** Resolves when it is ready. */
  start(): Promise<void>;
}

/** An API or a gateway. */
export interface ClusterNode extends ClusterProcess {
  /** The REST API of an API, or the client listener of a gateway. */
  url: string;
  /** The URL with `/readyz` and `/metrics`. */
  adminUrl: string;
  /** The link between this node and Redis. */
  redisProxy: TcpProxy;
}

export interface ClusterUpstream extends ClusterProcess {
  name: string;
  url: string;
}

export interface ClusterInput {
  /** The folder for logs and data. */
  folder: string;
  /** Gets the messages of the upstream processes. */
  onMessage: (message: unknown) => void;
  onUnexpectedExit: (reason: string) => void;
}

/** 2 APIs on Postgres, 3 gateways, Redis, and 2 echo upstreams. */
export interface Cluster {
  redis: RedisServer;
  postgres: PostgresServer;
  apis: ClusterNode[];
  gateways: ClusterNode[];
  upstreams: ClusterUpstream[];
  logPaths: string[];
  close(): Promise<void>;
}

const [apiCount, gatewayCount] = [2, 3];
const nodeOptions = ['--enable-source-maps'];

export async function startCluster(input: ClusterInput): Promise<Cluster> {
  ensureProgram('redis-for-tests.mjs');
  return Releases.unlessStarted((releases) => start(input, releases));
}

async function start(input: ClusterInput, releases: Releases): Promise<Cluster> {
  const [redis, postgres] = await Promise.all([
    startRedisServer().then((server) => stoppedAtEnd(server, releases)),
    startPostgresServer().then((server) => stoppedAtEnd(server, releases)),
  ]);
  const servers = { redis, postgres };
  const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  // All start at once, as after a power cut: one API migrates, and gateways start before there is a
  // configuration.
  const [upstreams, apis, gateways] = await Promise.all([
    Promise.all(upstreamNames.map((name) => startUpstream(name, input, releases))),
    Promise.all(indexes(apiCount).map((index) => startNode('api', index, servers, input, releases))),
    Promise.all(indexes(gatewayCount).map((index) => startNode('gateway', index, servers, input, releases))),
  ]);
  const logPaths = [...apis, ...gateways, ...upstreams].map(({ process }) => process.logPath ?? '');
  const close = (): Promise<void> => releases.releaseAll();
  return { ...servers, apis, gateways, upstreams, logPaths, close };
}

async function startNode(
  app: 'api' | 'gateway',
  index: number,
  { redis, postgres }: Pick<Cluster, 'redis' | 'postgres'>,
  { folder, onUnexpectedExit }: ClusterInput,
  releases: Releases,
): Promise<ClusterNode> {
  const name = `${app}-${index + 1}`;
  const [port, adminPort] = [await freePort(), await freePort()];
  const redisProxy = await startTcpProxy(Number(new URL(redis.url).port));
  releases.add(() => redisProxy.close());
  const settings = {
    ...testSettings,
    SLUICE_REDIS_URL: `redis://127.0.0.1:${redisProxy.port}`,
    SLUICE_DATA_DIR: join(folder, name),
    ...(app === 'api'
      ? {
          SLUICE_API_LISTEN: `127.0.0.1:${port}`,
          SLUICE_DATABASE_URL: postgres.url,
          SLUICE_ADMIN_TOKEN: adminToken,
        }
      : {
          SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
          SLUICE_GATEWAY_ADMIN_LISTEN: `127.0.0.1:${adminPort}`,
        }),
  };
  const launch = { name, logFolder: folder, nodeOptions, onUnexpectedExit };
  const adminUrl = `http://127.0.0.1:${app === 'api' ? port : adminPort}`;
  const node = clusterProcess(new SluiceProcess(app, settings, launch), `${adminUrl}/readyz`, releases);
  await node.start();
  return { ...node, url: `${app === 'api' ? 'http' : 'ws'}://127.0.0.1:${port}`, adminUrl, redisProxy };
}

async function startUpstream(
  upstream: string,
  { folder, onMessage, onUnexpectedExit }: ClusterInput,
  releases: Releases,
): Promise<ClusterUpstream> {
  const port = String(await freePort());
  const file = builtFile('test/chaos/workload/upstream-process.js');
  const program = new ChildProgram({
    name: `upstream-${upstream}`,
    command: [process.execPath, ...nodeOptions, file, upstream, port],
    environment: { PATH: process.env['PATH'] },
    logFolder: folder,
    onMessage,
    onUnexpectedExit,
  });
  const node = clusterProcess(program, `http://127.0.0.1:${port}/`, releases);
  await node.start();
  return { ...node, name: upstream, url: `ws://127.0.0.1:${port}` };
}

function clusterProcess(process: ChildProgram, readyUrl: string, releases: Releases): ClusterProcess {
  releases.add(() => process.kill());
  return { process, start: () => process.start().untilReady(() => answers(readyUrl)) };
}

function stoppedAtEnd<Server extends { stop(): Promise<void> }>(server: Server, releases: Releases): Server {
  releases.add(() => server.stop());
  return server;
}

// The script installs it if permitted, and otherwise prints what to install.
function ensureProgram(script: string): void {
  const { status, stderr } = spawnSync(process.execPath, [join('scripts', script)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
