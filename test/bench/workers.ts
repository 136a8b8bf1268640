import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Load } from './comparison/load.js';
import { buildLoadPrograms } from './comparison/load-programs.js';
import { measureEcho, measureHandshakes, warmUp, type Effort, type Sample } from './comparison/metrics.js';
import { Pinning } from './comparison/pinning.js';
import { sluice } from './comparison/proxies/sluice.js';
import type { RunningProxy } from './comparison/proxy.js';
import { printResults } from './print-results.js';
import { quantile } from './quantile.js';

// Measured in turns, so that whatever else the machine does meets all of them.
const rounds = 5;
const mostWorkers = 16;
const effort: Effort = {
  rounds,
  memoryRounds: 0,
  connections: 64,
  warmUpMs: 500,
  measureMs: 3000,
  latencyMs: 0,
  handshakes: 5000,
  idleConnections: 0,
  settleMs: 0,
};

interface Measured {
  workers: number;
  proxy: RunningProxy;
  echoes: Sample[];
  handshakes: Sample[];
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-workers-'));
// A load that has a processor of its own would take one from the workers.
const load = await Load.start(await buildLoadPrograms(), new Pinning({ isWanted: false }));
const started: Measured[] = [];
try {
  for (const workers of workerCounts()) started.push(await start(workers));
  for (const { proxy } of started) await warmUp({ load, proxy, effort });
  for (let round = 0; round < rounds; round += 1) {
    for (const { proxy, echoes, handshakes } of started) {
      echoes.push(await measureEcho({ load, proxy, effort }));
      handshakes.push(await measureHandshakes({ load, effort }, proxy));
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  printResults([
    [
      'workers',
      'echoes of 64 B a second',
      'processor time each',
      'handshakes a second',
      'processor time each',
    ],
    ...started.map(rowOf),
  ]);
} finally {
  for (const { proxy } of started) await proxy.stop();
  await load.stop();
  await rm(folder, { recursive: true, force: true });
}

/** 1, 2, 4 … as far as there are processors, and 2 where there is one. */
function workerCounts(): number[] {
  const most = Math.min(Math.max(availableParallelism(), 2), mostWorkers);
  const counts = [1];
  while ((counts.at(-1) ?? most) * 2 <= most) counts.push((counts.at(-1) ?? 1) * 2);
  return counts;
}

async function start(workers: number): Promise<Measured> {
  const own = await mkdtemp(join(folder, 'gateway-'));
  const kind = sluice({ settings: { SLUICE_GATEWAY_WORKERS: String(workers) } });
  const { upstreamPort } = load;
  const proxy = await kind.start({
    folder: own,
    pinning: load.pinning,
    upstreamPort,
    openFiles: 10_000,
    isForMemory: false,
  });
  return { workers, proxy, echoes: [], handshakes: [] };
}

function rowOf({ workers, echoes, handshakes }: Measured): string[] {
  return [
    String(workers),
    Math.round(median(echoes, 'messagesPerSecond')).toLocaleString('en-US'),
    `${median(echoes, 'cpuMicros').toFixed(1)} µs`,
    Math.round(median(handshakes, 'handshakesPerSecond')).toLocaleString('en-US'),
    `${Math.round(median(handshakes, 'cpuMicros'))} µs`,
  ];
}

function median(samples: readonly Sample[], name: string): number {
  return quantile(
    samples.map((sample) => sample[name] ?? Number.NaN),
    0.5,
  );
}
