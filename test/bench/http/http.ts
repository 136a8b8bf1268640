import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Random } from '../../support/random.js';
import type { Releases } from '../../support/releases.js';
import { Competitor, type Measured } from '../comparison/competitor.js';
import type { Effort } from '../comparison/metrics.js';
import { Load } from '../comparison/load.js';
import { buildLoadPrograms } from '../comparison/load-programs.js';
import { profileGateway } from '../comparison/profile-gateway.js';
import { Pinning } from '../comparison/pinning.js';
import { printResults } from '../print-results.js';
import { roundOptions, roundsOf } from '../read-rounds.js';
import { runBenchmark, temporaryFolder } from '../run-benchmark.js';
import { httpRows, ratioRows } from './http-rows.js';
import { capacity, closedLoopMetrics, httpMetrics, measureHttp } from './http-metrics.js';
import { httpKinds, httpTenant } from './http-kinds.js';
import { isForwarding } from './is-forwarding.js';

const openFiles = 10_000;
const { values } = parseArgs({
  options: {
    ...roundOptions,
    only: { type: 'string' },
    seed: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const { rounds, isQuick } = roundsOf(values);
const seed = Number(values.seed ?? randomInt(2 ** 32));
const effort: Effort = {
  rounds,
  memoryRounds: 0,
  handshakes: 0,
  idleConnections: 0,
  settleMs: 0,
  connections: 64,
  warmUpMs: 200,
  measureMs: isQuick ? 600 : 1500,
  latencyMs: isQuick ? 1000 : 3000,
};

if (values.profile) for (const line of await profile()) console.log(line);
else await compare();

async function compare(): Promise<void> {
  let ratios: string[][] = [];
  await runBenchmark(async (releases) => {
    const measured = await measure(releases);
    ratios = ratioRows(measured);
    return httpRows(measured);
  });
  printResults(ratios);
}

/** All proxies in every round, in a shuffled order. */
async function measure(releases: Releases): Promise<Measured[]> {
  console.error(`seed ${seed}`);
  const random = new Random(seed);
  const pinning = new Pinning();
  pinning.pinSelf();
  const folder = await temporaryFolder(releases);
  const load = await Load.start(await buildLoadPrograms('http'), pinning);
  releases.add(() => load.stop());
  const input = { pinning, openFiles, probe: isForwarding, log: console.error };
  const competitors = httpKinds(values.only?.split(',')).map((kind) => new Competitor(kind, input, folder));
  const capacities: number[] = [];
  for (const competitor of competitors) {
    releases.add(() => competitor.stop());
    await competitor.start(load.upstreamPort);
    await competitor.attempt(async (proxy) => capacities.push(await capacity({ load, proxy, effort })));
  }
  // Half of what the slowest can do, so that no proxy is saturated and all have the same load.
  const pacedPerSecond = Math.floor(Math.min(...capacities) / 2);
  console.error(`latency at ${pacedPerSecond} requests a second`);
  for (let round = 0; round < rounds; round += 1) {
    for (const metric of httpMetrics) {
      for (const competitor of random.shuffled(competitors)) {
        await competitor.attempt(async (proxy) => {
          competitor.add(metric, await measureHttp(metric, { load, proxy, effort }, pacedPerSecond));
        });
      }
    }
  }
  return competitors.map(({ measured }) => measured);
}

async function profile(): Promise<string[]> {
  const pinning = new Pinning();
  pinning.pinSelf();
  return profileGateway({
    programs: await buildLoadPrograms('http'),
    pinning,
    openFiles,
    effort,
    loads: {
      probe: isForwarding,
      tenant: httpTenant,
      warmUp: capacity,
      metrics: closedLoopMetrics.map((metric) => ({
        metric,
        run: (measuring) => measureHttp(metric, measuring, 0),
      })),
    },
  });
}
