import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Random } from '../support/random.js';
import type { Releases } from '../support/releases.js';
import { Load } from './comparison/load.js';
import { buildLoadPrograms } from './comparison/load-programs.js';
import { measureEcho, measureHandshakes, warmUp, type Effort, type Sample } from './comparison/metrics.js';
import { Pinning } from './comparison/pinning.js';
import { sluice } from './comparison/proxies/sluice.js';
import type { RunningProxy } from './comparison/proxy.js';
import { quantile } from './quantile.js';
import { readRounds } from './read-rounds.js';
import { runBenchmark, temporaryFolder } from './run-benchmark.js';

const { rounds, isQuick } = readRounds(process.argv.slice(2));
const random = new Random(randomInt(2 ** 32));
const maxWorkers = 16;
// A few connections, as for the echoes, and many: their distribution depends on the number.
const spreadConnections = [64, 1000];
// A worker reports its number of connections each second.
const reportedMs = 2500;
const effort: Effort = {
  rounds,
  memoryRounds: 0,
  connections: 64,
  warmUpMs: 500,
  measureMs: isQuick ? 1000 : 3000,
  latencyMs: 0,
  handshakes: isQuick ? 1000 : 5000,
  idleConnections: 0,
  settleMs: 0,
};

const readinessSchema = z.object({
  connections: z.number(),
  workers: z.array(z.object({ connections: z.number() })).optional(),
});

interface Measured {
  workers: number;
  proxy: RunningProxy;
  echoes: Sample[];
  handshakes: Sample[];
  /** The connections of each worker, for each of `spreadConnections`. */
  spreads: number[][];
}

await runBenchmark(async (releases) => {
  const folder = await temporaryFolder(releases);
  // A separate processor for the load would take it from the workers.
  const load = await Load.start(await buildLoadPrograms(), new Pinning({ isWanted: false }));
  releases.add(() => load.stop());
  const started: Measured[] = [];
  for (const workers of workerCounts()) started.push(await start(workers, folder, load, releases));
  for (const { proxy } of started) await warmUp({ load, proxy, effort });
  for (let round = 0; round < rounds; round += 1) {
    for (const { proxy, echoes } of random.shuffled(started)) {
      echoes.push(await measureEcho({ load, proxy, effort }));
    }
    for (const { proxy, handshakes } of random.shuffled(started)) {
      handshakes.push(await measureHandshakes({ load, effort }, proxy));
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  for (const { proxy, spreads } of started) {
    for (const connections of spreadConnections) spreads.push(await spreadOf(load, proxy, connections));
  }
  return rows(started);
});

/** 1, 2, 4 … up to the number of processors, and 2 on a machine with one. */
function workerCounts(): number[] {
  const max = Math.min(Math.max(availableParallelism(), 2), maxWorkers);
  const counts = [1];
  while ((counts.at(-1) ?? max) * 2 <= max) counts.push((counts.at(-1) ?? 1) * 2);
  return counts;
}

async function start(workers: number, folder: string, load: Load, releases: Releases): Promise<Measured> {
  const own = await mkdtemp(join(folder, 'gateway-'));
  const kind = sluice({ settings: { SLUICE_GATEWAY_WORKERS: String(workers) } });
  const { upstreamPort, pinning } = load;
  const input = { folder: own, pinning, upstreamPort, openFiles: 10_000, isForMemory: false };
  const proxy = await kind.start(input);
  releases.add(() => proxy.stop());
  return { workers, proxy, echoes: [], handshakes: [], spreads: [] };
}

/** The connections of each worker with this many open; those of the gateway if it has no workers. */
async function spreadOf(load: Load, proxy: RunningProxy, connections: number): Promise<number[]> {
  const held = await load.hold(proxy, { connections });
  await delay(reportedMs);
  const response = await fetch(`${proxy.adminUrl ?? ''}/readyz`);
  const readiness = readinessSchema.parse(await response.json());
  await held.end();
  return (readiness.workers ?? [readiness]).map((worker) => worker.connections);
}

function rows(all: readonly Measured[]): string[][] {
  const row = (name: string, of: (measured: Measured) => string): string[] => [name, ...all.map(of)];
  return [
    row('workers', ({ workers }) => String(workers)),
    ['**CPU per 64-byte echo**', ...cpuTexts(all, 'echoes', 1)],
    row('echoes a second', ({ echoes }) => perSecond(echoes, 'messagesPerSecond')),
    ['**CPU per connection opened, echoed and closed**', ...cpuTexts(all, 'handshakes', 0)],
    row('connections a second', ({ handshakes }) => perSecond(handshakes, 'handshakesPerSecond')),
    ...spreadConnections.map((connections, index) =>
      row(`${connections.toLocaleString('en')} connections: of each worker`, ({ spreads }) =>
        spreadText(spreads[index] ?? []),
      ),
    ),
  ];
}

/** The median with the quartiles, and the ratio to one worker in the same round. */
function cpuTexts(all: readonly Measured[], of: 'echoes' | 'handshakes', digits: number): string[] {
  const valuesOf = (measured: Measured): number[] =>
    measured[of].map(({ cpuMicros = Number.NaN }) => cpuMicros);
  const single = all[0] ? valuesOf(all[0]) : [];
  return all.map((measured, index) => {
    const values = valuesOf(measured);
    const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(values, share).toFixed(digits));
    const text = `${median} µs (${low} to ${high})`;
    if (index === 0) return text;
    const ratios = values.map((value, round) => value / (single[round] ?? Number.NaN));
    return `${text} **${quantile(ratios, 0.5).toFixed(2)}×**`;
  });
}

function perSecond(samples: readonly Sample[], name: string): string {
  const values = samples.map((sample) => sample[name] ?? Number.NaN);
  return Math.round(quantile(values, 0.5)).toLocaleString('en');
}

function spreadText(counts: readonly number[]): string {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const maxToMean = (Math.max(...counts) / mean).toFixed(2);
  return counts.length === 1 ? counts.join() : `${counts.join(', ')}; most to mean ${maxToMean}`;
}
