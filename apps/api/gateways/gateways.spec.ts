import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

let api: ApiUnderTest;
let gateways: CommandedGateway[] = [];
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  gateways = [1, 2, 3].map(() => api.fleet.addGateway());
});
afterEach(() => api.remove());

test('the list shows every gateway, page by page', async () => {
  const ids = gateways.map(({ id }) => id).sort();
  const first = (await api.request('GET', '/v1/gateways?limit=2')).body;
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const next = (await api.request('GET', `/v1/gateways?limit=2&cursor=${first.nextCursor ?? ''}`)).body;
  expect(next).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null });
});

test('a gateway is shown with its status and the time of its last heartbeat', async () => {
  const [gateway] = gateways;
  const { status, body, headers } = await api.request('GET', `/v1/gateways/${gateway?.id ?? ''}`);
  expect(status).toBe(200);
  expect(body).toEqual({ ...gateway?.status(), lastSeenAt: expect.any(String) as string });
  expect(headers.get('etag')).toBeNull();
  const unknown = await api.request('GET', `/v1/gateways/${newId('gateway')}`);
  expect(unknown.body).toMatchObject({ status: 404, code: 'not_found', errors: [{ field: 'gateway' }] });
});

test('a drain is accepted with its progress, over the requested period or that of the gateway', async () => {
  const [one, two] = gateways;
  one?.connect(newId('tenant'));
  const answer = await drain(one, { periodSeconds: 60 });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({
    id: one?.id,
    state: 'draining',
    drain: { periodMs: 60_000, total: 1 },
  });
  await drain(two);
  await drain(two, {});
  expect(two?.requestsOf('drain')).toEqual([{ periodMs: null }, { periodMs: null }]);
});

test('a gateway that is draining answers with its progress', async () => {
  await drain(gateways[0], { periodSeconds: 60 });
  const again = await drain(gateways[0], { periodSeconds: 120 });
  expect(again.status).toBe(202);
  expect(again.body).toMatchObject({ drain: { periodMs: 60_000 } });
});

test('a drain is audited before it begins, and belongs to no tenant', async () => {
  await drain(gateways[0], { periodSeconds: 60 });
  expect(await api.audited('gateway.drain')).toMatchObject([
    {
      targetId: gateways[0]?.id,
      tenantId: null,
      actorKind: 'admin',
      details: { periodSeconds: 60 },
      revision: 1,
    },
  ]);
  await api.refuseWrites();
  expect((await drain(gateways[1])).body.code).toBe('storage_unavailable');
  expect(gateways[1]?.requests).toEqual([]);
});

test('a drain is answered with 503 and the id of the gateway if it does not answer', async () => {
  const [gateway] = gateways;
  if (gateway) gateway.unresponsiveTo = ['drain'];
  const { status, body } = await drain(gateway);
  expect([status, body.code, body.silentGateways]).toEqual([503, 'fleet_incomplete', [gateway?.id]]);
});

test.each([
  { periodSeconds: -1 },
  { periodSeconds: 86_401 },
  { periodSeconds: 1.5 },
  { periodSeconds: '60' },
  { period: 1 },
])('a drain with the body %j is refused, and the problem names the field', async (body) => {
  const answer = await drain(gateways[0], body);
  expect(answer.body).toMatchObject({ code: 'validation_failed', errors: [{ field: Object.keys(body)[0] }] });
  expect(gateways[0]?.requests).toEqual([]);
});

test('a drain is taken back, again without effect, and audited', async () => {
  const [gateway] = gateways;
  await drain(gateway, { periodSeconds: 60 });
  for (const answer of [await undrain(gateway), await undrain(gateway)]) {
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ state: 'ready', drain: null }),
    ]);
  }
  const entry = { actorKind: 'admin', targetId: gateway?.id, tenantId: null };
  expect(await api.audited('gateway.undrain')).toMatchObject([entry, entry]);
});

test('a drain of a gateway that is stopping cannot be taken back', async () => {
  const [gateway] = gateways;
  await drain(gateway);
  if (gateway) gateway.isStopping = true;
  const { status, body } = await undrain(gateway);
  expect([status, body.code]).toEqual([409, 'gateway_stopping']);
});

test('a drain of a gateway that does not exist or does not answer is not taken back', async () => {
  const unknown = await api.request('DELETE', '/v1/gateways/gtw_01jd3x4m5n6p7q8r9s0t1v2w3x/drain');
  expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
  const [gateway] = gateways;
  if (gateway) gateway.unresponsiveTo = ['undrain'];
  const { status, body } = await undrain(gateway);
  expect([status, body.code, body.silentGateways]).toEqual([503, 'fleet_incomplete', [gateway?.id]]);
});

test('only operators can list and drain gateways', async () => {
  const key = { name: 'manager', scopes: ['manage'] };
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', key)).body.key;
  const id = gateways[0]?.id ?? '';
  for (const [method, path] of [
    ['GET', ''],
    ['GET', `/${id}`],
    ['POST', `/${id}/drain`],
    ['DELETE', `/${id}/drain`],
  ] as const) {
    const answer = await api.request(method, `/v1/gateways${path}`, undefined, { token });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  }
  expect(gateways[0]?.requests).toEqual([]);
});

test('requests for gateways are answered with 503 fleet_unavailable while the gateways cannot be reached', async () => {
  api.fleet.isAway = true;
  for (const answer of [await api.request('GET', '/v1/gateways'), await drain(gateways[0])]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'fleet_unavailable']);
  }
});

function undrain(gateway: CommandedGateway | undefined): Promise<ApiAnswer> {
  return api.request('DELETE', `/v1/gateways/${gateway?.id ?? ''}/drain`);
}

function drain(gateway: CommandedGateway | undefined, body?: object): Promise<ApiAnswer> {
  return api.request('POST', `/v1/gateways/${gateway?.id ?? ''}/drain`, body);
}
