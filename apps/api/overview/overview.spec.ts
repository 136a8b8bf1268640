import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId, overviewSeries, overviewSteps, type TenantOverview } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { noOverview, type CommandedGateway } from '../../../test/support/commanded-gateway.js';

let api: ApiUnderTest;
let gateways: [CommandedGateway, CommandedGateway];
let acme = '';
let other = '';
beforeAll(async () => {
  api = await ApiUnderTest.start();
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  gateways = [api.fleet.addGateway(), api.fleet.addGateway()];
});
beforeEach(() => {
  for (const gateway of gateways) {
    gateway.overview = noOverview;
    gateway.unresponsiveTo = [];
  }
});
afterAll(() => api.remove());

/** An overview with the same value in each of the last steps. */
function steady(steps: number, value: number): Answer<'overview'> {
  const values = Array.from({ length: overviewSteps }, (_, step) =>
    step < overviewSteps - steps ? 0 : value,
  );
  return {
    ...noOverview,
    steps,
    series: overviewSeries(() => values),
    refusals: [{ code: 'no_route', values }],
  };
}

function tenantOf(tenantId: string, messages: number): TenantOverview {
  return { tenantId, connections: 1, handshakes: 1, refusals: 0, messages, bytes: 10 * messages };
}

test('the figures of all gateways are summed, and steps of which no gateway knows are null', async () => {
  gateways[0].overview = steady(3, 2);
  gateways[1].overview = steady(1, 5);
  const { status, body } = await api.request('GET', '/v1/overview?window=1m');
  expect(status).toBe(200);
  expect(body).toMatchObject({ window: '1m', stepSeconds: 2, isComplete: true, silentGateways: [] });
  const series = Reflect.get(body, 'series') as Record<string, unknown[]>;
  expect(series['handshakes']?.slice(-4)).toEqual([null, 2, 2, 7]);
  expect(body).toMatchObject({
    refusals: [{ code: 'no_route', count: 11 }],
    total: { connections: 7, handshakes: 11, refusals: 11, messages: 22, bytes: 22 },
  });
});

test('the busiest tenants of the fleet come first', async () => {
  const third = newId('tenant');
  gateways[0].overview = { ...noOverview, tenants: [tenantOf(acme, 10), tenantOf(other, 7)] };
  gateways[1].overview = { ...noOverview, tenants: [tenantOf(other, 6), tenantOf(third, 1)] };
  const { body } = await api.request('GET', '/v1/overview?limit=2');
  expect(body).toMatchObject({
    window: '10m',
    tenants: [
      { tenantId: other, messages: 13, connections: 2 },
      { tenantId: acme, messages: 10 },
    ],
  });
  expect(gateways[0].requestsOf('overview').at(-1)).toMatchObject({ tenantIds: null, sort: 'messages' });
});

test('a tenant, and an operator that is limited to it, ask the gateways for its figures alone', async () => {
  const made = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'r', scopes: ['read'] });
  const limited = await api.request('POST', '/v1/operators', {
    name: 'Lin',
    role: 'viewer',
    tenantIds: [acme],
  });
  for (const token of [made.body.key, String(Reflect.get(limited.body, 'token'))]) {
    expect((await api.request('GET', '/v1/overview', undefined, { token })).status).toBe(200);
    expect(gateways[1].requestsOf('overview').at(-1)).toMatchObject({ tenantIds: [acme] });
    const foreign = await api.request('GET', '/v1/overview?tenant=other', undefined, { token });
    expect(foreign.status).toBe(404);
  }
  await api.request('GET', '/v1/overview?tenant=acme');
  expect(gateways[1].requestsOf('overview').at(-1)).toMatchObject({ tenantIds: [acme] });
});

test('a gateway that does not answer is named, and one with too many tenants makes the answer incomplete', async () => {
  gateways[0].overview = { ...steady(1, 4), isComplete: false };
  gateways[1].unresponsiveTo = ['overview'];
  const { body } = await api.request('GET', '/v1/overview');
  expect(body).toMatchObject({
    total: { handshakes: 4 },
    isComplete: false,
    silentGateways: [gateways[1].id],
  });
});

test('an unknown window is refused', async () => {
  const { status, body } = await api.request('GET', '/v1/overview?window=2h');
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});
