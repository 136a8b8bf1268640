import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('the propagation time of a change is recorded once for each gateway', async () => {
  const [one, two] = [api.fleet.addGateway(), api.fleet.addGateway()];
  one.appliedRevision = 0;
  two.appliedRevision = 0;
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const answeredAtMs = performance.now();
  one.appliedRevision = 1;
  await measured(1);
  // The second gateway takes at least this long, since the commit precedes the answer.
  const leastMs = performance.now() - answeredAtMs;
  two.appliedRevision = 1;
  await measured(2);
  const seconds = await metric('sluice_change_propagation_seconds_sum');
  expect(seconds * 1000).toBeGreaterThanOrEqual(leastMs);
});

test('a gateway that stops, or that starts after the change, does not delay the measurement', async () => {
  const leaving = api.fleet.addGateway();
  leaving.appliedRevision = 0;
  const staying = api.fleet.addGateway();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await measured(1);
  api.fleet.addGateway();
  await leaving.leave();
  staying.appliedRevision = 2;
  // The next change is measured only after the previous one is complete.
  await vi.waitFor(async () => {
    await api.request('PATCH', '/v1/tenants/acme', { name: `at ${performance.now()}` });
    staying.appliedRevision = await api.revision();
    expect(await metric('sluice_change_propagation_seconds_count')).toBeGreaterThan(1);
  }, longWait);
});

test('the gauges report the number of gateways that are behind, and the largest lag in revisions', async () => {
  for (const slug of ['one', 'two', 'three']) await api.request('POST', '/v1/tenants', { slug });
  const [inStep, behind] = [api.fleet.addGateway(), api.fleet.addGateway()];
  inStep.appliedRevision = 3;
  behind.appliedRevision = 1;
  await vi.waitFor(async () => expect(await lag()).toEqual([1, 2]), longWait);
  behind.appliedRevision = 3;
  await vi.waitFor(async () => expect(await lag()).toEqual([0, 0]), longWait);
  api.fleet.isAway = true;
  await vi.waitFor(async () => expect(await lag()).toEqual([Number.NaN, Number.NaN]), longWait);
});

async function metric(name: string): Promise<number> {
  const { text } = await api.request('GET', '/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

function measured(count: number): Promise<void> {
  return vi.waitFor(
    async () => expect(await metric('sluice_change_propagation_seconds_count')).toBe(count),
    longWait,
  );
}

async function lag(): Promise<number[]> {
  return [await metric('sluice_gateways_behind'), await metric('sluice_gateways_behind_revisions')];
}
