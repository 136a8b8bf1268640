import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { PlainHistogram } from './plain-histogram.js';

const buckets = [0.001, 0.5, 1, 10];
const description = { name: 'waits_seconds', help: 'How long something waited' };

test('a plain histogram reports what one of prom-client reports, as text and as JSON', async () => {
  const [plain, other] = [new Registry(), new Registry()];
  const added = new PlainHistogram({ ...description, buckets, registers: [plain] });
  const observed = new Histogram({ ...description, buckets, registers: [other] });
  const values = [0, 0.001, 0.0011, 0.5, 0.75, 1, 9.5, 10, 10.5, 1000];
  for (const value of values) {
    expect(await plain.metrics()).toBe(await other.metrics());
    added.add(value);
    observed.observe(value);
  }
  expect(await plain.metrics()).toBe(await other.metrics());
  const [ofPlain, ofOther] = [await plain.getMetricsAsJSON(), await other.getMetricsAsJSON()];
  expect(JSON.parse(JSON.stringify(ofPlain))).toMatchObject(
    JSON.parse(JSON.stringify(ofOther).replaceAll(',"exemplar":null', '')) as object[],
  );
});
