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

/** Redis, an echo upstream, an API and gateways, each in a separate process. */
export interface BenchFleet {
  rest: RestClient;
  redis: RedisServer;
  echoUrl: string;
  /** The URL of the first gateway. */
  gatewayPort: number;
  gatewayUrls: string[];
  /** The processor time of all gateways so far, in seconds. */
  gatewaysCpuSeconds: () => Promise<number>;
  /** Milliseconds from the start of the API to the snapshot stored in Redis. */
  publishedAfterMs: number;
  /** Milliseconds from the start of the gateway to `/readyz`, with a configuration only in Redis. */
  readyFromRedisMs: number;
  /** The same after a restart, with the snapshot file of the first start. */
  restartGateway(): Promise<number>;
  /** Kills the last gateway. */
  killLastGateway: () => Promise<void>;
}

export interface BenchFleetSize {
  /** The number of routes in the initial database, of a tenth as many tenants with two keys each. */
  routes: number;
  gateways: number;
  /** Settings of the gateways that override those of all benchmarks. */
  gatewaySettings?: Record<string, string>;
}

/** Starts a fleet, which `releases` stops. */
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

// The operating system's account, which is reliable on a busy machine.
async function cpuSeconds(adminPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}
