import { setTimeout as delay } from 'node:timers/promises';
import type { Competitor, RoundsInput } from './competitor.js';
import { kernelSocketBytes } from './kernel-memory.js';
import { Load, type HeldConnections } from './load.js';
import { processMemory } from './process-memory.js';
import type { ProxyTarget, RunningProxy } from './proxy.js';

interface Holding {
  competitor: Competitor;
  /** Of its own: one upstream has not enough files for the connections of all. */
  load: Load;
  beforeBytes: number;
  afterBytes: number;
  /** Of the kernel's objects for these connections, those of client and upstream among them; null where it does not say. */
  kernelBytes: number | null;
  held: HeldConnections | null;
}

// Enough to have loaded what a connection needs, and too little to grow a heap.
const firstConnections = 200;
// The kernel frees sockets and files that were closed some moments later.
const settleKernelMs = 500;
const sampleMs = 1000;

/**
 * What each proxy takes for idle connections: new processes, since what earlier load left behind would hide it. All hold
 * theirs at the same time. Those with a garbage collector are asked to run it each second. What counts is the least in
 * that time: memory that a collector can give back is not needed.
 */
export async function measureIdleMemory(
  input: RoundsInput,
  competitors: readonly Competitor[],
): Promise<void> {
  const kernelBytesOfEnds = await kernelBytesWithoutProxy(input);
  const holdings: Holding[] = [];
  try {
    for (const competitor of competitors) holdings.push(await begin(input, competitor));
    const { settleMs, idleConnections } = input.effort;
    await Promise.all(
      holdings.map(async (holding) => {
        await holding.competitor.attempt(async (proxy) => {
          holding.beforeBytes = await leastMemory(proxy, settleMs);
        });
      }),
    );
    for (const holding of holdings) await hold(holding, idleConnections);
    await Promise.all(
      holdings.map(async (holding) => {
        await holding.competitor.attempt(async (proxy) => {
          holding.afterBytes = await leastMemory(proxy, settleMs);
        });
      }),
    );
    for (const holding of holdings) await end(holding, idleConnections, kernelBytesOfEnds);
  } finally {
    for (const { competitor, load } of holdings) {
      await competitor.stop();
      await load.stop();
    }
  }
}

async function begin({ programs, pinning }: RoundsInput, competitor: Competitor): Promise<Holding> {
  const load = await Load.start(programs, pinning);
  await competitor.start(load.upstreamPort, { isForMemory: true });
  await competitor.attempt(async (proxy) => {
    await load.run('handshake', proxy, { connections: 16, 'warm-up': 0, handshakes: firstConnections });
  });
  return { competitor, load, beforeBytes: 0, afterBytes: 0, kernelBytes: null, held: null };
}

async function hold(holding: Holding, connections: number): Promise<void> {
  await holding.competitor.attempt(async (proxy) => {
    const { held, kernelBytes } = await holdAndRead(holding.load, proxy, connections);
    Object.assign(holding, { held, kernelBytes });
  });
}

interface Held {
  held: HeldConnections;
  kernelBytes: number | null;
}

async function holdAndRead(load: Load, target: ProxyTarget, connections: number): Promise<Held> {
  const before = await kernelSocketBytes();
  const held = await load.hold(target, { connections });
  await delay(settleKernelMs);
  const after = await kernelSocketBytes();
  return { held, kernelBytes: before === null || after === null ? null : after - before };
}

/** What the kernel takes for the same connections without a proxy. */
async function kernelBytesWithoutProxy({ programs, pinning, effort }: RoundsInput): Promise<number | null> {
  const load = await Load.start(programs, pinning);
  try {
    const target = { port: load.upstreamPort, path: '/', header: '', processes: [] };
    const { held, kernelBytes } = await holdAndRead(load, target, effort.idleConnections);
    await held.end();
    return kernelBytes;
  } finally {
    await load.stop();
  }
}

async function end(
  { competitor, held, beforeBytes, afterBytes, kernelBytes }: Holding,
  connections: number,
  kernelBytesOfEnds: number | null,
): Promise<void> {
  await competitor.attempt(async () => {
    await held?.end();
    competitor.add('memory', {
      bytesPerConnection: (afterBytes - beforeBytes) / connections,
      ...(kernelBytes !== null &&
        kernelBytesOfEnds !== null && {
          kernelBytesPerConnection: (kernelBytes - kernelBytesOfEnds) / connections,
        }),
      beforeBytes,
      afterBytes,
    });
  });
}

async function leastMemory(proxy: RunningProxy, duringMs: number): Promise<number> {
  const untilMs = performance.now() + duringMs;
  let least = Number.POSITIVE_INFINITY;
  do {
    await proxy.collectGarbage?.();
    await delay(sampleMs);
    least = Math.min(least, await processMemory(proxy.processes));
  } while (performance.now() < untilMs);
  return least;
}
