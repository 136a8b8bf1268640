import { afterEach, beforeEach, expect, test } from 'vitest';
import { upstreamId, type ObservedUpstream } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

const [first, second] = ['ws://10.0.0.5:9000', 'ws://10.0.0.6:9000'];
const since = '2026-11-22T14:00:00.000Z';

let api: ApiUnderTest;
let gateways: CommandedGateway[];
let route = '';

beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const upstreams = [{ url: first }, { url: second, weight: 3, maxConnections: 500 }];
  route = (await api.request('POST', '/v1/tenants/acme/routes', { match: { path: '/' }, upstreams })).body.id;
  gateways = [api.fleet.addGateway(), api.fleet.addGateway()].sort((a, b) => (a.id < b.id ? -1 : 1));
});
afterEach(() => api.remove());

function observed(url: string, state: ObservedUpstream['state']): ObservedUpstream {
  const lastProbe = { at: since, ok: state === 'healthy', detail: 'connected', durationMs: 2 };
  return {
    id: upstreamId(url),
    discovered: null,
    state,
    since,
    why: null,
    lastProbe,
    connections: 3,
    pending: 1,
  };
}

test('the upstreams of a route have what each gateway observed, also where gateways disagree', async () => {
  const [one, other] = gateways;
  one?.upstreams.set(route, [observed(first, 'healthy'), observed(second, 'unknown')]);
  if (one) one.queued = 7;
  other?.upstreams.set(route, [observed(first, 'unhealthy')]);
  const { status, body } = await api.request('GET', `/v1/tenants/acme/routes/${route}/upstreams`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    upstreams: [
      {
        id: upstreamId(first),
        url: first,
        weight: 1,
        health: [
          { gatewayId: one?.id, state: 'healthy', since, connections: 3, pending: 1 },
          { gatewayId: other?.id, state: 'unhealthy', lastProbe: { ok: false, detail: 'connected' } },
        ],
      },
      {
        url: second,
        weight: 3,
        maxConnections: 500,
        health: [{ gatewayId: one?.id, state: 'unknown' }],
      },
    ],
    queues: [
      { gatewayId: one?.id, requests: 7 },
      { gatewayId: other?.id, requests: 0 },
    ],
    silentGateways: [],
  });
});

test('upstreams that were discovered under a name are listed with it', async () => {
  const listed = 'ws://_ws._tcp.chat.example';
  const path = `/v1/tenants/acme/routes/${route}`;
  await api.request('PATCH', path, { upstreams: [{ url: listed, discovery: 'srv' }] });
  const discovered = { url: first, listedId: upstreamId(listed) };
  gateways[0]?.upstreams.set(route, [{ ...observed(first, 'healthy'), discovered }]);
  const { body } = await api.request('GET', `${path}/upstreams`);
  expect(body).toMatchObject({
    upstreams: [{ url: listed, discovery: 'srv', health: [{ discoveredUrl: first, connections: 3 }] }],
  });
});

test('a gateway that does not answer is listed, and the upstreams are listed without it', async () => {
  const [one, other] = gateways;
  if (one) one.unresponsiveTo = ['routeUpstreams'];
  other?.upstreams.set(route, [observed(first, 'healthy')]);
  const { body } = await api.request('GET', `/v1/tenants/acme/routes/${route}/upstreams`);
  expect(body).toMatchObject({
    upstreams: [{ health: [{ gatewayId: other?.id }] }, { health: [] }],
    silentGateways: [one?.id],
  });
});

test('the upstreams of a route of another tenant are 404', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const { status } = await api.request('GET', `/v1/tenants/other/routes/${route}/upstreams`);
  expect(status).toBe(404);
});
