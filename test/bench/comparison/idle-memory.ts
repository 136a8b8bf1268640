import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Competitor, RoundsInput } from './competitor.js';
import { Load, type HeldConnections } from './load.js';

interface Holding {
  competitor: Competitor;
  /** Of its own: one upstream has not enough files for the connections of all. */
  load: Load;
  beforeBytes: number;
  afterBytes: number;
  held: HeldConnections | null;
}

// Enough to have loaded what a connection needs, and too little to grow a heap.
const firstConnections = 200;

const sampleMs = 1000;

/**
 * What each proxy takes for idle connections: new processes, since what earlier load left behind would hide it. All hold
 * theirs at the same time, so that garbage collectors have the minute that they take when nothing happens. What counts
 * is the least while waiting: memory that a collector can give back is not needed.
 */
export async function measureIdleMemory(
  input: RoundsInput,
  competitors: readonly Competitor[],
): Promise<void> {
  const holdings: Holding[] = [];
  try {
    for (const competitor of competitors) holdings.push(await begin(input, competitor));
    const { settleBeforeMs, settleAfterMs, idleConnections } = input.effort;
    await Promise.all(holdings.map((holding) => readBefore(holding, settleBeforeMs)));
    for (const holding of holdings) await hold(holding, idleConnections);
    await Promise.all(holdings.map((holding) => readAfter(holding, settleAfterMs)));
    for (const holding of holdings) await end(holding, idleConnections);
  } finally {
    for (const { competitor, load } of holdings) {
      await competitor.stop();
      await load.stop();
    }
  }
}

async function begin({ programs, pinning }: RoundsInput, competitor: Competitor): Promise<Holding> {
  const load = await Load.start(programs, pinning);
  await competitor.start(load.upstreamPort);
  await competitor.attempt(async (running) => {
    await load.run('handshake', running, { connections: 16, 'warm-up': 0, handshakes: firstConnections });
  });
  return { competitor, load, beforeBytes: 0, afterBytes: 0, held: null };
}

async function readBefore(holding: Holding, settleMs: number): Promise<void> {
  await holding.competitor.attempt(async (running) => {
    holding.beforeBytes = await leastMemory(running.processes, settleMs);
  });
}

async function hold(holding: Holding, connections: number): Promise<void> {
  await holding.competitor.attempt(async (running) => {
    holding.held = await holding.load.hold(running, { connections });
  });
}

async function readAfter(holding: Holding, settleMs: number): Promise<void> {
  await holding.competitor.attempt(async (running) => {
    holding.afterBytes = await leastMemory(running.processes, settleMs);
  });
}

async function end(
  { competitor, held, beforeBytes, afterBytes }: Holding,
  connections: number,
): Promise<void> {
  await competitor.attempt(async () => {
    await held?.end();
    const bytesPerConnection = (afterBytes - beforeBytes) / connections;
    competitor.add('memory', { bytesPerConnection, beforeBytes, afterBytes });
  });
}

async function leastMemory(pids: readonly number[], duringMs: number): Promise<number> {
  const untilMs = performance.now() + duringMs;
  let least = Number.POSITIVE_INFINITY;
  while (performance.now() < untilMs) {
    least = Math.min(least, await memoryOf(pids));
    await delay(sampleMs);
  }
  return least;
}

/** The proportional set size of processes in bytes (proc_pid_smaps(5)). */
async function memoryOf(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
      const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(text) ?? [];
      if (kilobytes === undefined) throw new Error(`/proc/${pid}/smaps_rollup has no Pss`);
      return Number(kilobytes) * 1024;
    }),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
