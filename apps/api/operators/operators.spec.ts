import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket } from '../../../test/support/api-socket.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import { generateOperatorToken, parseOperatorToken } from '../authentication/operator-token.js';
import { OperatorEntity } from '../database/entities/operator.entity.js';
import type { IssuedOperator } from './operator.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('a token has 256 random bits, is found by its prefix, and is refused without a look-up if mistyped', () => {
  const { token, prefix, secretHash } = generateOperatorToken();
  expect(token).toMatch(/^slo_[0-9a-f]{16}_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
  expect(parseOperatorToken(token)).toEqual({ prefix, secretHash });
  for (const index of [5, 30, token.length - 1]) {
    const mistyped = token.slice(0, index) + (token[index] === '0' ? '1' : '0') + token.slice(index + 1);
    expect(parseOperatorToken(mistyped)).toBeNull();
  }
});

test('the token is shown once, and only its hash is stored', async () => {
  const { token, ...operator } = await makeOperator('admin');
  expect((await api.request('GET', `/v1/operators/${operator.id}`)).body).toEqual(operator);
  expect((await api.request('GET', '/v1/operators')).body.items).toEqual([operator]);
  const stored = await api.database.read.findOneByOrFail(OperatorEntity, { id: operator.id });
  expect(JSON.stringify(stored)).not.toContain(token.slice(operator.prefix.length + 1));
});

test('a repeated Idempotency-Key creates one operator and does not show its token again', async () => {
  const headers = { 'idempotency-key': 'once' };
  const body = { name: 'Ada', role: 'viewer' };
  expect((await api.request('POST', '/v1/operators', body, { headers })).status).toBe(201);
  const again = await api.request('POST', '/v1/operators', body, { headers });
  expect([again.status, again.body.code]).toEqual([409, 'key_shown_once']);
  expect((await api.request('GET', '/v1/operators')).body.items).toHaveLength(1);
});

test('an operator without a role is refused', async () => {
  const answer = await api.request('POST', '/v1/operators', { name: 'Ada' });
  expect([answer.status, answer.body.errors[0]?.field]).toEqual([422, 'role']);
});

test('a viewer can read everything and receive events, but change nothing and tap no connection', async () => {
  const { token } = await makeOperator('viewer');
  const { messages } = await openApiSocket(api, '/v1/events', { token });
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await vi.waitFor(() => expect(messages).toHaveLength(1), longWait);
  expect((await as(token, 'GET', '/v1/tenants/acme')).status).toBe(200);
  const refused = await as(token, 'PATCH', '/v1/tenants/acme', { name: 'x' });
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
});

test('every audit entry names the acting operator, also when operators are created and revoked', async () => {
  const { token, id } = await makeOperator('admin');
  await as(token, 'POST', '/v1/tenants', { slug: 'acme' });
  const other = JSON.parse(
    (await as(token, 'POST', '/v1/operators', { name: 'Eve', role: 'viewer' })).text,
  ) as {
    id: string;
  };
  await as(token, 'DELETE', `/v1/operators/${other.id}`);
  const rows = await api.audited('tenant.create', 'operator.create', 'operator.revoke');
  expect(rows.map(({ actorKind, actorId, action }) => [actorKind, actorId, action])).toEqual([
    ['admin', null, 'operator.create'],
    ['operator', id, 'tenant.create'],
    ['operator', id, 'operator.create'],
    ['operator', id, 'operator.revoke'],
  ]);
});

test('a revoked token is refused at once, and its WebSockets close with 1008', async () => {
  const { token, id } = await makeOperator('admin');
  const { closed } = await openApiSocket(api, '/v1/events', { token });
  expect((await api.request('DELETE', `/v1/operators/${id}`)).status).toBe(204);
  expect(await closed).toEqual([1008, 'token revoked']);
  expect((await as(token, 'GET', '/v1/tenants')).status).toBe(401);
  expect((await api.request('DELETE', `/v1/operators/${id}`)).status).toBe(204);
  expect(await api.audited('operator.revoke')).toHaveLength(1);
});

test('name and role are changed and audited, and with another role the WebSockets close with 1008', async () => {
  const { token, id } = await makeOperator('admin');
  const { closed, socket } = await openApiSocket(api, '/v1/events', { token });
  const renamed = await api.request('PATCH', `/v1/operators/${id}`, { name: 'Ada L.' });
  expect([renamed.status, renamed.body]).toEqual([
    200,
    expect.objectContaining({ name: 'Ada L.', role: 'admin' }),
  ]);
  expect(socket.readyState).toBe(socket.OPEN);
  await api.request('PATCH', `/v1/operators/${id}`, { role: 'viewer' });
  expect(await closed).toEqual([1008, 'role changed']);
  expect((await as(token, 'POST', '/v1/tenants', { slug: 'acme' })).status).toBe(403);
  await api.request('PATCH', `/v1/operators/${id}`, { role: 'viewer' });
  const rows = await api.audited('operator.update');
  expect(rows.map(({ after }) => after)).toEqual(['{"name":"Ada L."}', '{"role":"viewer"}']);
});

test.each([{ role: 'root' }, { name: '' }, { name: null }, { prefix: 'slo_0' }, { id: 'x' }, { unknown: 1 }])(
  'the patch %j of an operator is refused',
  async (patch) => {
    const { id } = await makeOperator('admin');
    expect((await api.request('PATCH', `/v1/operators/${id}`, patch)).status).toBe(422);
  },
);

test('a rotated token is valid for the grace period only, and its WebSockets close at the end', async () => {
  const { token, id } = await makeOperator('admin');
  const { closed } = await openApiSocket(api, '/v1/events', { token });
  const body = { graceSeconds: 600 };
  const rotated = JSON.parse(
    (await api.request('POST', `/v1/operators/${id}/rotate`, body)).text,
  ) as IssuedOperator;
  for (const valid of [token, rotated.token])
    expect((await as(valid, 'GET', '/v1/tenants')).status).toBe(200);
  const previousExpiresAt = new Date(Date.now() - 1).toISOString();
  await api.database.write((manager) => manager.update(OperatorEntity, { id }, { previousExpiresAt }));
  expect((await as(token, 'GET', '/v1/tenants')).status).toBe(401);
  expect(await closed).toEqual([1008, 'token revoked']);
  const again = JSON.parse((await api.request('POST', `/v1/operators/${id}/rotate`)).text) as IssuedOperator;
  expect((await as(rotated.token, 'GET', '/v1/tenants')).status).toBe(401);
  expect((await as(again.token, 'GET', '/v1/tenants')).status).toBe(200);
  expect(JSON.stringify(await api.audited('operator.rotate'))).not.toContain(again.token.slice(-40));
});

test('a revoked operator can neither be changed nor rotated', async () => {
  const { id } = await makeOperator('admin');
  await api.request('DELETE', `/v1/operators/${id}`);
  for (const [method, path, body] of [
    ['PATCH', '', { name: 'Eve' }],
    ['POST', '/rotate', {}],
  ] as const) {
    const answer = await api.request(method, `/v1/operators/${id}${path}`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'operator_revoked']);
  }
});

test('a rotation whose answer was lost does not show the token again', async () => {
  const { id } = await makeOperator('admin');
  const headers = { 'idempotency-key': 'once' };
  const rotate = () => api.request('POST', `/v1/operators/${id}/rotate`, {}, { headers });
  expect((await rotate()).status).toBe(200);
  const again = await rotate();
  expect([again.status, again.body.code]).toEqual([409, 'key_shown_once']);
});

test.each([{ graceSeconds: -1 }, { graceSeconds: 604_801 }, { graceSeconds: '1' }, { grace: 1 }])(
  'a rotation with the body %j is refused',
  async (body) => {
    const { id } = await makeOperator('admin');
    expect((await api.request('POST', `/v1/operators/${id}/rotate`, body)).status).toBe(422);
  },
);

async function makeOperator(role: string): Promise<IssuedOperator> {
  const { text, status } = await api.request('POST', '/v1/operators', { name: 'Ada', role });
  expect(status).toBe(201);
  return JSON.parse(text) as IssuedOperator;
}

function as(token: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return api.request(method, path, body, { token });
}
