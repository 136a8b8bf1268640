import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Competitor, type Measured, type RoundsInput } from './competitor.js';
import { measureIdleMemory } from './idle-memory.js';
import { Load } from './load.js';
import { measure, warmUp } from './metrics.js';

/** All proxies in every round, in a shuffled order: with a fixed one, drift alone moved a ratio by 13 %. */
export async function measureRounds(input: RoundsInput): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const competitors = input.kinds.map((kind) => new Competitor(kind, input, folder));
  try {
    await measureLoad(input, competitors);
    if (input.metrics.includes('memory')) await measureMemory(input, competitors);
  } finally {
    for (const competitor of competitors) await competitor.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return competitors.map(({ measured }) => measured);
}

/** One process for all rounds, as warm as it gets. */
async function measureLoad(input: RoundsInput, competitors: Competitor[]): Promise<void> {
  const { effort, programs, pinning, random } = input;
  const metrics = input.metrics.filter((metric) => metric !== 'memory');
  if (metrics.length === 0) return;
  const load = await Load.start(programs, pinning);
  try {
    for (const competitor of competitors) {
      await competitor.start(load.upstreamPort);
      await competitor.attempt((running) => warmUp(load, running, effort));
    }
    for (let round = 0; round < effort.rounds; round += 1) {
      for (const metric of metrics) {
        for (const competitor of random.shuffled(competitors)) {
          await competitor.attempt(async (running) =>
            competitor.add(metric, await measure(metric, load, running, effort)),
          );
        }
      }
    }
    for (const competitor of competitors) await competitor.stop();
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
