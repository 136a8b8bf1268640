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

/** The amount of work for one sample. */
export interface Effort {
  rounds: number;
  memoryRounds: number;
  connections: number;
  warmUpMs: number;
  measureMs: number;
  latencyMs: number;
  handshakes: number;
  idleConnections: number;
  /** The time for which memory is read, before and after the connections are opened. */
  settleMs: number;
}

/** One measurement of one proxy: named numbers, written unchanged to the result file. */
export type Sample = Record<string, number>;

/** The objects of a measurement, and its amount of work. */
export interface Measuring {
  load: Load;
  proxy: RunningProxy;
  effort: Effort;
}

const latencyConnections = 100;
const handshakesAtOnce = 16;
const warmUpHandshakes = 8000;
const smallMessageBytes = 64;
const largeMessageBytes = 16_384;

/**
 * Takes one sample of one metric from a warm proxy; null if the metric does not apply to the proxy.
 * `pacedPerSecond` is the total rate of the messages whose latency is measured.
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
 * Puts the same load on a proxy before it is measured, because Node.js compiles hot code at run time.
 * Resolves with the maximum rate of 64-byte echoes a second.
 */
export async function warmUp(measuring: Measuring): Promise<number> {
  const { load, proxy } = measuring;
  if (proxy.withLocalLimits) await warmUpHandshake(load, proxy.withLocalLimits);
  await warmUpHandshake(load, proxy);
  await measureEcho(measuring, largeMessageBytes);
  const { messagesPerSecond = Number.NaN } = await measureEcho(measuring, smallMessageBytes);
  return messagesPerSecond;
}

/** Opens as many connections as it takes until the code of the handshake is compiled. */
export async function warmUpHandshake(load: Load, target: ProxyTarget): Promise<void> {
  await measureHandshakes({ load, effort: { handshakes: warmUpHandshakes } }, target);
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

export async function measureLatency(
  { load, proxy, effort }: Omit<Measuring, 'proxy'> & { proxy: ProxyTarget },
  messagesPerSecond: number,
  messageBytes = smallMessageBytes,
): Promise<Sample> {
  const result = await load.run('paced', proxy, {
    connections: latencyConnections,
    'messages-per-second': messagesPerSecond,
    'message-bytes': messageBytes,
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

/** Opens connections, echoes one message on each, and closes them. */
export async function measureHandshakes(
  { load, effort }: { load: Load; effort: Pick<Effort, 'handshakes'> },
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

/** Shares of one processor, and the shares of the proxy's time in its own code and in the kernel. */
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
