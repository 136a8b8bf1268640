import { setTimeout as delay } from 'node:timers/promises';
import type { Competitor, RoundsInput } from './competitor.js';
import { kernelSocketBytes } from './kernel-memory.js';
import { Load, type HeldConnections } from './load.js';
import { processMemory } from './process-memory.js';
import type { ProxyTarget, RunningProxy } from './proxy.js';

interface Holding {
  competitor: Competitor;
  /** A separate upstream: a shared one would not have enough files for all connections. */
  load: Load;
  beforeBytes: number;
  afterBytes: number;
  /**
   * The bytes of the kernel's objects for these connections, including client and upstream; null if they
   * cannot be read.
   */
  kernelBytes: number | null;
  held: HeldConnections | null;
}

// Enough to load all code for a connection, and too little to grow a heap.
const firstConnections = 200;
// The kernel frees closed sockets and files with a delay.
const settleKernelMs = 500;
const sampleMs = 1000;

/**
 * Measures the memory of each proxy for idle connections. The processes are new, because leftovers of earlier
 * load would hide it. All proxies hold their connections at the same time. Those with a garbage collector run
 * it each second. The minimum in that time counts, since memory that a collector can release is not needed.
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

/** The memory of the kernel for the same connections without a proxy. */
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
