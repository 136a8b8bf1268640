import type { MetricName, Sample } from './metrics.js';

/** A row of the report: a number of a metric, and its format. */
export interface RowKind {
  metric: MetricName;
  /** The metric of peers to compare with; by default the same metric. */
  peerMetric?: MetricName;
  title: string;
  unit: string;
  digits: number;
  /** Whether less is better, so that ratios to other proxies are meaningful. */
  hasRatio: boolean;
  /** Whether the row is the load of a part, without a comparison. */
  isShare: boolean;
  isPlotted: boolean;
  value(sample: Sample): number | undefined;
}

const busyMetrics = ['echo64', 'echo16k', 'latency', 'handshake'] as const;

export const rowKinds: readonly RowKind[] = [
  cpuRow('echo64', 'CPU per 64-byte echo'),
  cpuRow('echo16k', 'CPU per 16 KiB echo'),
  cpuRow('handshake', 'CPU per connection opened, echoed and closed'),
  // A peer has no limits, so both rows use the same figure of a peer.
  { ...cpuRow('handshake-fleet', 'the same, with limits over the fleet'), peerMetric: 'handshake' },
  kibibytesRow('bytesPerConnection', 'memory per idle connection, user space'),
  {
    ...kibibytesRow('kernelBytesPerConnection', 'kernel memory of its two sockets'),
    hasRatio: false,
    isPlotted: false,
  },
  latencyRow('p50Micros', 'latency at half load, p50'),
  latencyRow('p99Micros', 'latency at half load, p99'),
  plainRow('echo64', 'messagesPerSecond', 'echoes of 64 bytes', '1/s'),
  plainRow('echo16k', 'messagesPerSecond', 'echoes of 16 KiB', '1/s'),
  plainRow('echo16k', 'megabytesPerSecond', 'the same, each way', 'MB/s'),
  plainRow('handshake', 'handshakesPerSecond', 'connections opened, echoed and closed', '1/s'),
  ...busyMetrics.flatMap((metric) => [
    shareRow(metric, 'proxyShare', 'the proxy'),
    shareRow(metric, 'systemShare', 'of the proxy’s time, in the kernel'),
    shareRow(metric, 'generatorShare', 'the load generator'),
    shareRow(metric, 'upstreamShare', 'the echo upstream'),
  ]),
];

function comparedRow(metric: MetricName, title: string, unit: string, value: RowKind['value']): RowKind {
  return { metric, title, unit, digits: 1, value, hasRatio: true, isShare: false, isPlotted: true };
}

function cpuRow(metric: MetricName, title: string): RowKind {
  // There is no such time without a proxy.
  return comparedRow(metric, title, 'µs', ({ cpuMicros }) => (cpuMicros === 0 ? undefined : cpuMicros));
}

function kibibytesRow(field: string, title: string): RowKind {
  return comparedRow('memory', title, 'KiB', (sample) => (sample[field] ?? Number.NaN) / 1024);
}

function latencyRow(field: string, title: string): RowKind {
  return { ...comparedRow('latency', title, 'µs', (sample) => sample[field]), digits: 0 };
}

function plainRow(metric: MetricName, field: string, title: string, unit: string): RowKind {
  const value = (sample: Sample): number | undefined => sample[field];
  return { metric, title, unit, digits: 0, value, hasRatio: false, isShare: false, isPlotted: false };
}

function shareRow(metric: MetricName, field: string, title: string): RowKind {
  return {
    metric,
    title: `${metric}: ${title}`,
    unit: '%',
    digits: 0,
    value: (sample) => (sample[field] ?? Number.NaN) * 100,
    hasRatio: false,
    isShare: true,
    isPlotted: false,
  };
}
