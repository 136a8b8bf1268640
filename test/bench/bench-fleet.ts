import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import type { RedisServer } from '../support/redis-server.js';
import { Releases } from '../support/releases.js';
import { startBenchProcess } from './bench-process.js';
import { publishedConfiguration } from './published-configuration.js';
import type { RestClient } from './rest-client.js';
import { seedDatabase } from './seed-database.js';
import { startBenchGateway, startControlPlane, type BenchGateway } from './sluice-processes.js';

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
  /** Settings of the gateways beside the default ones of benchmarks. */
  gatewaySettings?: Record<string, string>;
}

export async function startBenchFleet(input: BenchFleetSize): Promise<BenchFleet> {
  return Releases.unlessStarted(async (releases) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    releases.add(() => rm(folder, { recursive: true, force: true }));
    const size = { tenants: input.routes / 10, routesPerTenant: 10, keysPerTenant: 2 };
    await seedDatabase(`sqlite:${join(folder, 'sluice.db')}`, publishedConfiguration(size));
    return { ...(await startProcesses(input, folder, releases)), close: () => releases.releaseAll() };
  });
}

async function startProcesses(
  { gateways, gatewaySettings = {} }: BenchFleetSize,
  folder: string,
  releases: Releases,
): Promise<Omit<BenchFleet, 'close'>> {
  const echoUrl = await startEchoUpstream(folder, releases);
  const plane = await startControlPlane({ folder }, releases);
  const start = (ports?: BenchGateway): Promise<BenchGateway> =>
    startBenchGateway(plane, { folder, settings: gatewaySettings }, releases, ports);
  const first = await start();
  const started = [first];
  while (started.length < gateways) started.push(await start());
  return {
    rest: plane.rest,
    redis: plane.redis,
    echoUrl,
    gatewayPort: first.port,
    gatewayUrls: started.map(({ port }) => `ws://127.0.0.1:${port}`),
    gatewaysCpuSeconds: async () => {
      const each = await Promise.all(started.map(({ adminPort }) => cpuSeconds(adminPort)));
      return each.reduce((sum, seconds) => sum + seconds, 0);
    },
    publishedAfterMs: plane.publishedAfterMs,
    readyFromRedisMs: first.process.readyAfterMs,
    killLastGateway: async () => started.at(-1)?.process.program.kill(),
    restartGateway: async () => {
      await first.process.program.stop();
      return (await start(first)).process.readyAfterMs;
    },
  };
}

/** Resolves with its URL. */
async function startEchoUpstream(folder: string, releases: Releases): Promise<string> {
  const listen = `127.0.0.1:${await freePort()}`;
  const environment = { SLUICE_ECHO_LISTEN: listen };
  const ready = { readyUrl: `http://${listen}/healthz`, readyText: 'ok' };
  const echo = await startBenchProcess({ app: 'echo', folder, environment, ...ready });
  releases.add(() => echo.program.stop());
  return `ws://${listen}`;
}

// As the operating system counts it, so that it holds on a busy machine.
async function cpuSeconds(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
