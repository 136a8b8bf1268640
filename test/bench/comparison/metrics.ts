import type { Load, LoadResult } from './load.js';
import type { ProxyTarget, RunningProxy } from './proxy.js';

export const metricNames = [
  'echo64',
  'echo16k',
  'latency',
  'handshake',
  'handshake-fleet',
  'memory',
] as const;
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
  /** For how long memory is read, before and after the connections are opened. */
  settleMs: number;
}

/** One measurement of one proxy: named numbers, for the result file as they are. */
export type Sample = Record<string, number>;

/** What is measured, and how much of it. */
export interface Measuring {
  load: Load;
  proxy: RunningProxy;
  effort: Effort;
}

const latencyConnections = 100;
const handshakesAtOnce = 16;
const warmUpHandshakes = 3000;
const smallMessageBytes = 64;
const largeMessageBytes = 16_384;

/**
 * One sample of one metric, of a proxy that is warm; null where the proxy has no such thing. `pacedPerSecond`: the
 * messages of all connections together whose latency is measured.
 */
export async function measure(
  metric: LoadMetric,
  measuring: Measuring,
  pacedPerSecond: number,
): Promise<Sample | null> {
  const { proxy } = measuring;
  switch (metric) {
    case 'echo64':
      return measureEcho(measuring, smallMessageBytes);
    case 'echo16k':
      return measureEcho(measuring, largeMessageBytes);
    case 'latency':
      return measureLatency(measuring, pacedPerSecond);
    case 'handshake':
      return measureHandshakes(measuring, proxy.withLocalLimits ?? proxy);
    case 'handshake-fleet':
      return proxy.withLocalLimits ? measureHandshakes(measuring, proxy) : null;
  }
}

/**
 * Node compiles what it runs often while it runs: nothing is measured before every proxy has had the same load. Resolves
 * with the echoes of 64 bytes a second when the proxy has all that it can do.
 */
export async function warmUp(measuring: Measuring): Promise<number> {
  const { proxy, effort } = measuring;
  const warming = { ...measuring, effort: { ...effort, handshakes: warmUpHandshakes } };
  if (proxy.withLocalLimits) await measureHandshakes(warming, proxy.withLocalLimits);
  await measureHandshakes(warming, proxy);
  await measureEcho(measuring, largeMessageBytes);
  const { messagesPerSecond = Number.NaN } = await measureEcho(measuring, smallMessageBytes);
  return messagesPerSecond;
}

export async function measureEcho(
  { load, proxy, effort }: Omit<Measuring, 'proxy'> & { proxy: ProxyTarget },
  messageBytes = smallMessageBytes,
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
  const messagesPerSecond = messages / (result.elapsedNs / 1e9);
  return {
    cpuMicros: result.proxyNs / 1000 / messages,
    messagesPerSecond,
    megabytesPerSecond: (messagesPerSecond * messageBytes) / 1e6,
    ...shares(result),
  };
}

async function measureLatency(
  { load, proxy, effort }: Measuring,
  messagesPerSecond: number,
): Promise<Sample> {
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
    messagesPerSecond,
    cpuMicros: result.proxyNs / 1000 / (result.messages ?? 0),
    ...shares(result),
  };
}

/** Connections that are opened, echo one message, and are closed. */
export async function measureHandshakes(
  { load, effort }: Omit<Measuring, 'proxy'>,
  target: ProxyTarget,
): Promise<Sample> {
  const result = await load.run('handshake', target, {
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
