import { expect, test } from 'vitest';
import { upstreamId } from '#libs/contract';
import { upstreamsOf } from '../../../test/support/upstreams-of.js';
import { planRebalance, type GatewayCounts } from './plan-rebalance.js';

const settings = { threshold: 1.1, closesPerSecond: 50 };
const urls = ['ws://a.test', 'ws://b.test', 'ws://c.test'];
const [a, b] = urls.map(upstreamId);

function gateways(...counts: readonly (readonly number[])[]): GatewayCounts[] {
  return counts.map((connections, index) => ({
    gatewayId: `gateway ${index}`,
    connections: new Map(urls.map((url, position) => [upstreamId(url), connections[position] ?? 0])),
  }));
}

test('after 2 → 3 upstreams the two are closed down to a third each, in each gateway by what it has', () => {
  const upstreams = upstreamsOf(...urls.map((url) => ({ url })));
  const { plan, parts } = planRebalance(upstreams, gateways([200, 100, 0], [400, 500, 0]), settings);
  expect(
    plan.upstreams.map(({ connections, fairShare, closes }) => [connections, fairShare, closes]),
  ).toEqual([
    [600, 400, 200],
    [600, 400, 200],
    [0, 400, 0],
  ]);
  expect(plan).toMatchObject({ closes: 400, periodMs: 8000 });
  expect(parts.map(({ closes }) => closes)).toEqual([
    [
      { upstreamId: a, count: 67 },
      { upstreamId: b, count: 33 },
    ],
    [
      { upstreamId: a, count: 133 },
      { upstreamId: b, count: 167 },
    ],
  ]);
});

test('nothing is closed of an upstream that is not above the threshold', () => {
  const upstreams = upstreamsOf(...urls.map((url) => ({ url })));
  expect(planRebalance(upstreams, gateways([109, 100, 91]), settings).plan.closes).toBe(0);
  expect(planRebalance(upstreams, gateways([0, 0, 0]), settings).plan).toMatchObject({
    closes: 0,
    periodMs: 0,
  });
  expect(planRebalance(upstreams, gateways([1, 0, 0]), settings).plan.closes).toBe(0);
  expect(planRebalance(upstreams, [], settings)).toMatchObject({ plan: { closes: 0 }, parts: [] });
});

test('shares follow the weights, and upstreams that take no new connections are left alone', () => {
  const upstreams = upstreamsOf(
    { url: urls[0], weight: 3 },
    { url: urls[1] },
    { url: urls[2], state: 'drain' },
    { url: 'ws://d.test', weight: 0 },
    { url: 'ws://e.test', backup: true },
  );
  const { plan } = planRebalance(upstreams, gateways([100, 300, 700]), settings);
  expect(plan.upstreams).toMatchObject([
    { id: a, fairShare: 300, closes: 0 },
    { id: b, fairShare: 100, closes: 200 },
  ]);
});
