import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Competitor, type Measured, type RoundsInput } from './competitor.js';
import { measureIdleMemory } from './idle-memory.js';
import { Load } from './load.js';
import { measure, warmUp } from './metrics.js';

export interface RoundsResult {
  measured: Measured[];
  /** The rate of the messages whose latency was measured; null if it was not measured. */
  pacedPerSecond: number | null;
}

/** All proxies in every round, in a shuffled order: with a fixed one, drift alone moved a ratio by 13 %. */
export async function measureRounds(input: RoundsInput): Promise<RoundsResult> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const competitors = input.kinds.map((kind) => new Competitor(kind, input, folder));
  try {
    const pacedPerSecond = await measureLoad(input, competitors);
    if (input.metrics.includes('memory')) await measureMemory(input, competitors);
    return { measured: competitors.map(({ measured }) => measured), pacedPerSecond };
  } finally {
    for (const competitor of competitors) await competitor.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Measures warm processes over all rounds. Resolves with the rate of messages whose latency was measured. */
async function measureLoad(input: RoundsInput, competitors: Competitor[]): Promise<number | null> {
  const { effort, programs, pinning, random } = input;
  const metrics = input.metrics.filter((metric) => metric !== 'memory');
  if (metrics.length === 0) return null;
  const load = await Load.start(programs, pinning);
  try {
    const capacities: number[] = [];
    for (const competitor of competitors) {
      await competitor.start(load.upstreamPort);
      await competitor.attempt(async (proxy) => capacities.push(await warmUp({ load, proxy, effort })));
    }
    // Half of the slowest proxy's maximum, so that no proxy is saturated and all have the same load.
    const pacedPerSecond = Math.floor(Math.min(...capacities) / 2);
    for (let round = 0; round < effort.rounds; round += 1) {
      for (const metric of metrics) {
        for (const competitor of random.shuffled(competitors)) {
          await competitor.attempt(async (proxy) => {
            const sample = await measure(metric, { load, proxy, effort }, pacedPerSecond);
            if (sample !== null) competitor.add(metric, sample);
          });
        }
      }
    }
    for (const competitor of competitors) await competitor.stop();
    return metrics.includes('latency') ? pacedPerSecond : null;
  } finally {
    await load.stop();
  }
}

async function measureMemory(input: RoundsInput, competitors: Competitor[]): Promise<void> {
  const proxies = competitors.filter(({ measured }) => measured.role !== 'direct');
  for (let round = 0; round < input.effort.memoryRounds; round += 1) {
    await measureIdleMemory(input, input.random.shuffled(proxies));
  }
}
