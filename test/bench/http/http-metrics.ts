import type { Load } from '../comparison/load.js';
import { measureEcho, measureLatency, type Effort, type Sample } from '../comparison/metrics.js';
import type { ProxyTarget } from '../comparison/proxy.js';

export const closedLoopMetrics = ['get', 'answer16k', 'upload64k'] as const;
export const httpMetrics = [...closedLoopMetrics, 'latency'] as const;
export type HttpMetric = (typeof httpMetrics)[number];

export interface HttpMeasuring {
  load: Load;
  proxy: ProxyTarget;
  effort: Effort;
}

const smallAnswerBytes = 128;
const largeAnswerBytes = 16_384;
const uploadBytes = 65_536;
const warmUpRequests = 10_000;

/** Takes one sample. Latency is that of small requests. */
export function measureHttp(
  metric: HttpMetric,
  measuring: HttpMeasuring,
  pacedPerSecond: number,
): Promise<Sample> {
  switch (metric) {
    case 'get':
      return measureEcho(asking(measuring, smallAnswerBytes), 0);
    case 'answer16k':
      return measureEcho(asking(measuring, largeAnswerBytes), 0);
    case 'upload64k':
      return measureEcho(asking(measuring, 2), uploadBytes);
    case 'latency':
      return measureLatency(asking(measuring, smallAnswerBytes), pacedPerSecond, 0);
    default:
      return metric satisfies never;
  }
}

/**
 * Warms a proxy up by a number of requests, because Node.js compiles hot code at run time. Resolves with the
 * rate of the last small requests a second.
 */
export async function capacity(measuring: HttpMeasuring): Promise<number> {
  let rate = Number.NaN;
  for (const metric of ['upload64k', 'answer16k', 'get'] as const) {
    for (let requests = 0; requests < warmUpRequests;) {
      ({ messagesPerSecond: rate = Number.NaN } = await measureHttp(metric, measuring, 0));
      requests += rate * ((measuring.effort.warmUpMs + measuring.effort.measureMs) / 1000);
    }
  }
  return rate;
}

/** The upstream answers with as many bytes as the last segment of the path says. */
function asking({ proxy, ...measuring }: HttpMeasuring, answerBytes: number): HttpMeasuring {
  return { ...measuring, proxy: { ...proxy, path: `${proxy.path}/${answerBytes}` } };
}
