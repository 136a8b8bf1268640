import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { SummedMetrics } from './summed-metrics.js';
import { metricsOf } from './supervisor-metrics.js';

/** The metrics of a process after `count` requests of half a second, at a revision. */
async function counted(count: number, revision: number): ReturnType<typeof metricsOf> {
  const registry = new Registry();
  const registers = [registry];
  const help = 'for a test';
  new Counter({ name: 'requests_total', help, labelNames: ['outcome'], registers }).inc(
    { outcome: 'ok' },
    count,
  );
  const seconds = new Histogram({ name: 'request_seconds', help, buckets: [1], registers });
  for (let index = 0; index < count; index += 1) seconds.observe(0.5);
  new Gauge({ name: 'open_sockets', help, registers }).set(count);
  new Gauge({ name: 'revision', help, aggregator: 'min', registers }).set(revision);
  new Gauge({ name: 'nodejs_eventloop_lag_seconds', help, aggregator: 'average', registers }).set(count);
  new Gauge({ name: 'no_sum', help, aggregator: 'omit', registers }).set(1);
  new Gauge({ name: 'no_number', help, registers }).set(count > 3 ? Number.NaN : count);
  return metricsOf(registry);
}

test('sums counters and gauges, and takes the oldest revision and the longest lag', async () => {
  const text = await new SummedMetrics().text([await counted(3, 8), await counted(4, 7)]);
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'requests_total{outcome="ok"} 7',
      'request_seconds_bucket{le="1"} 7',
      'request_seconds_count 7',
      'request_seconds_sum 3.5',
      'open_sockets 7',
      'revision 7',
      'nodejs_eventloop_lag_seconds 4',
      'no_number 3',
    ]),
  );
  expect(text).not.toContain('no_sum');
});

test('the sums include the counters of ended workers, but not their gauges', async () => {
  const sums = new SummedMetrics();
  sums.keep(await counted(3, 1));
  sums.keep(await counted(2, 1));
  const text = await sums.text([await counted(1, 9)]);
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'requests_total{outcome="ok"} 6',
      'request_seconds_bucket{le="+Inf"} 6',
      'request_seconds_sum 3',
      'open_sockets 1',
      'revision 9',
    ]),
  );
});
