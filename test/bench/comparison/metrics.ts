import type { Load, LoadResult } from './load.js';
import type { RunningProxy } from './proxy.js';

export const metricNames = ['echo64', 'echo16k', 'latency', 'handshake', 'memory'] as const;
export type MetricName = (typeof metricNames)[number];
export type LoadMetric = Exclude<MetricName, 'memory'>;

/** How much is done for one sample. */
export interface Effort {
  rounds: number;
  memoryRounds: number;
  connections: number;
  warmUpMs: number;
  measureMs: number;
  latencyMs: number;
  handshakes: number;
  idleConnections: number;
  /** How long memory is given until garbage collectors have settled, before and after the connections are opened. */
  settleBeforeMs: number;
  settleAfterMs: number;
}

/** One measurement of one proxy: named numbers, for the result file as they are. */
export type Sample = Record<string, number>;

const latencyConnections = 100;
const messagesPerSecond = 2000;
const handshakesAtOnce = 16;
const warmUpHandshakes = 3000;
const smallMessageBytes = 64;
const largeMessageBytes = 16_384;

/** One sample of one metric, of a proxy that is warm. */
export async function measure(
  metric: LoadMetric,
  load: Load,
  proxy: RunningProxy,
  effort: Effort,
): Promise<Sample> {
  switch (metric) {
    case 'echo64':
      return measureEcho(load, proxy, effort, smallMessageBytes);
    case 'echo16k':
      return measureEcho(load, proxy, effort, largeMessageBytes);
    case 'latency':
      return measureLatency(load, proxy, effort);
    case 'handshake':
      return measureHandshakes(load, proxy, effort);
  }
}

/** Node compiles what it runs often while it runs: nothing is measured before every proxy has had the same load. */
export async function warmUp(load: Load, proxy: RunningProxy, effort: Effort): Promise<void> {
  await measureHandshakes(load, proxy, { ...effort, handshakes: warmUpHandshakes });
  await measureEcho(load, proxy, effort, largeMessageBytes);
  await measureEcho(load, proxy, effort, smallMessageBytes);
}

async function measureEcho(
  load: Load,
  proxy: RunningProxy,
  effort: Effort,
  messageBytes: number,
): Promise<Sample> {
  const { connections, warmUpMs, measureMs } = effort;
  const options = {
    connections,
    'warm-up-ms': warmUpMs,
    'measure-ms': measureMs,
    'message-bytes': messageBytes,
  };
  const result = await load.run('echo', proxy, options);
  const messages = result.messages ?? 0;
  const messagesASecond = messages / (result.elapsedNs / 1e9);
  return {
    cpuMicros: result.proxyNs / 1000 / messages,
    messagesPerSecond: messagesASecond,
    megabytesPerSecond: (messagesASecond * messageBytes) / 1e6,
    ...shares(result),
  };
}

async function measureLatency(load: Load, proxy: RunningProxy, effort: Effort): Promise<Sample> {
  const result = await load.run('paced', proxy, {
    connections: latencyConnections,
    'messages-per-second': messagesPerSecond,
    'warm-up-ms': effort.warmUpMs,
    'measure-ms': effort.latencyMs,
  });
  const [p50Micros, p99Micros] = [(result.p50Ns ?? 0) / 1000, (result.p99Ns ?? 0) / 1000];
  return {
    p50Micros,
    p99Micros,
    cpuMicros: result.proxyNs / 1000 / (result.messages ?? 0),
    ...shares(result),
  };
}

async function measureHandshakes(load: Load, proxy: RunningProxy, effort: Effort): Promise<Sample> {
  const result = await load.run('handshake', proxy, {
    connections: handshakesAtOnce,
    'warm-up': Math.ceil(effort.handshakes / 5),
    handshakes: effort.handshakes,
  });
  return {
    cpuMicros: result.proxyNs / 1000 / effort.handshakes,
    handshakesPerSecond: effort.handshakes / ((result.tookNs ?? 0) / 1e9),
    ...shares({ ...result, elapsedNs: result.tookNs ?? 0 }),
  };
}

/** Of one processor, and of the proxy's time what it spent in its own code and in the kernel. */
function shares(result: LoadResult): Sample {
  const { elapsedNs, proxyNs, proxyUserTicks, proxySystemTicks, ownNs, upstreamNs } = result;
  const ticks = proxyUserTicks + proxySystemTicks;
  return {
    proxyShare: proxyNs / elapsedNs,
    generatorShare: ownNs / elapsedNs,
    upstreamShare: upstreamNs / elapsedNs,
    systemShare: ticks === 0 ? 0 : proxySystemTicks / ticks,
  };
}
