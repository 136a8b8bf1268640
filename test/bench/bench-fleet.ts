import { join } from 'node:path';
import type { RedisServer } from '../support/redis-server.js';
import type { Releases } from '../support/releases.js';
import type { RestClient } from '../support/rest-client.js';
import { publishedConfiguration } from './published-configuration.js';
import { temporaryFolder } from './run-benchmark.js';
import { seedDatabase } from './seed-database.js';
import {
  startBenchGateway,
  startControlPlane,
  startEchoUpstream,
  type BenchGateway,
} from './sluice-processes.js';

/** Redis, an echo upstream, an API and gateways, each in its own process. */
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
}

export interface BenchFleetSize {
  /** What the database already holds, of a tenth as many tenants with two keys each. */
  routes: number;
  gateways: number;
  /** Settings of the gateways beside the default ones of benchmarks. */
  gatewaySettings?: Record<string, string>;
}

/** It is stopped by the releases. */
export async function startBenchFleet(
  { routes, gateways, gatewaySettings = {} }: BenchFleetSize,
  releases: Releases,
): Promise<BenchFleet> {
  const folder = await temporaryFolder(releases);
  const size = { tenants: routes / 10, routesPerTenant: 10, keysPerTenant: 2 };
  await seedDatabase(`sqlite:${join(folder, 'sluice.db')}`, publishedConfiguration(size));
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
    readyFromRedisMs: first.readyAfterMs,
    killLastGateway: async () => started.at(-1)?.process.kill(),
    restartGateway: async () => {
      await first.process.stop();
      return (await start(first)).readyAfterMs;
    },
  };
}

// As the operating system counts it, so that it holds on a busy machine.
async function cpuSeconds(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
