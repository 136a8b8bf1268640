import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Load } from './load.js';
import { measure, warmUp, type Effort, type MetricName, type Sample } from './metrics.js';
import type { Pinning } from './pinning.js';
import type { ProxyKind, RunningProxy } from './proxy.js';

/** What was measured of one proxy, a sample a round. */
export interface Measured {
  name: string;
  setup: string;
  version: string;
  /** Why there is nothing, where the proxy can't be had. */
  missing: string | null;
  samples: Partial<Record<MetricName, Sample[]>>;
}

export interface RoundsInput {
  load: Load;
  pinning: Pinning;
  openFiles: number;
  kinds: readonly ProxyKind[];
  metrics: readonly MetricName[];
  effort: Effort;
  log: (line: string) => void;
}

interface Competitor {
  kind: ProxyKind;
  measured: Measured;
  running: RunningProxy | null;
}

/** All proxies in every round, in an order that moves on by one each round, so that noise hits all alike. */
export async function measureRounds(input: RoundsInput): Promise<Measured[]> {
  const competitors = input.kinds.map((kind): Competitor => {
    const { name, setup } = kind;
    return { kind, measured: { name, setup, version: '', missing: null, samples: {} }, running: null };
  });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    await measureRunning(input, competitors, folder);
    if (input.metrics.includes('memory')) await measureFresh(input, competitors, folder);
  } finally {
    for (const competitor of competitors) await stop(competitor);
    await rm(folder, { recursive: true, force: true });
  }
  return competitors.map(({ measured }) => measured);
}

/** One process for all rounds, as warm as it gets. */
async function measureRunning(input: RoundsInput, competitors: Competitor[], folder: string): Promise<void> {
  const metrics = input.metrics.filter((metric) => metric !== 'memory');
  if (metrics.length === 0) return;
  for (const competitor of competitors) {
    await start(input, competitor, folder);
    await attempt(input, competitor, (running) => warmUp(input.load, running, input.effort));
  }
  for (let round = 0; round < input.effort.rounds; round += 1) {
    for (const metric of metrics) {
      for (const competitor of rotated(competitors, round)) await take(input, competitor, metric);
    }
  }
  for (const competitor of competitors) await stop(competitor);
}

/** Memory: a new process each time, since what earlier load left behind would hide what connections take. */
async function measureFresh(input: RoundsInput, competitors: Competitor[], folder: string): Promise<void> {
  const proxies = competitors.filter(({ kind }) => kind.name !== 'direct');
  for (let round = 0; round < input.effort.memoryRounds; round += 1) {
    for (const competitor of rotated(proxies, round)) {
      await start(input, competitor, folder);
      await take(input, competitor, 'memory');
      await stop(competitor);
    }
  }
}

async function start(input: RoundsInput, competitor: Competitor, folder: string): Promise<void> {
  const { kind, measured } = competitor;
  if (measured.missing !== null) return;
  const { pinning, openFiles, load } = input;
  const ownFolder = await mkdtemp(join(folder, `${kind.name}-`));
  try {
    const { upstreamPort } = load;
    competitor.running = await kind.start({ folder: ownFolder, pinning, openFiles, upstreamPort });
    measured.version = competitor.running.version;
  } catch (error) {
    giveUp(input, competitor, error);
  }
}

async function stop(competitor: Competitor): Promise<void> {
  await competitor.running?.stop();
  competitor.running = null;
}

async function take(input: RoundsInput, competitor: Competitor, metric: MetricName): Promise<void> {
  const { kind, measured } = competitor;
  await attempt(input, competitor, async (running) => {
    const sample = await measure(metric, input.load, running, input.effort);
    (measured.samples[metric] ??= []).push(sample);
    const texts = Object.entries(sample).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    input.log(`${metric.padEnd(10)}${kind.name.padEnd(12)}${texts.join('  ')}`);
  });
}

async function attempt(
  input: RoundsInput,
  competitor: Competitor,
  work: (running: RunningProxy) => Promise<void>,
): Promise<void> {
  const { running, kind } = competitor;
  if (running === null) return;
  try {
    await work(running);
  } catch (error) {
    input.log(`${kind.name}: ${await running.log()}`);
    await stop(competitor);
    giveUp(input, competitor, error);
  }
}

/** The comparison goes on without a peer that fails, and says so. */
function giveUp(input: RoundsInput, { kind, measured }: Competitor, error: unknown): void {
  if (kind.isRequired === true || !(error instanceof Error)) throw error;
  const [reason = ''] = error.message.split('\n');
  measured.missing = `not measured: ${reason}`;
  measured.samples = {};
  input.log(`${kind.name}: ${error.message}`);
}

function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
