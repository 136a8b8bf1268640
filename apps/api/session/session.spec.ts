import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket, refusalOf } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { SessionCookie } from '../authentication/session-cookie.js';

const acme = '/v1/tenants/acme';

let api: ApiUnderTest;
let origin = '';
let tenantId = '';
let keys = 0;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  origin = api.url;
  tenantId = (await api.request('POST', '/v1/tenants', { slug: 'acme', name: 'Acme' })).body.id;
});
beforeEach(() => api.resetFailures());
afterAll(() => api.remove());

function signIn(token: string, headers: Record<string, string> = { origin }): Promise<ApiAnswer> {
  return api.request('POST', '/v1/session', { token }, { token: null, headers });
}

async function cookieOf(token: string): Promise<string> {
  const { headers } = await signIn(token);
  return /^sluice_session=[^;]+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? '';
}

async function newKey(scopes: string[]): Promise<{ id: string; key: string }> {
  const name = `key ${(keys += 1)}`;
  return (await api.request('POST', `${acme}/api-keys`, { name, scopes })).body;
}

function withCookie(
  cookie: string,
  method: string,
  path: string,
  { body, ...headers }: { body?: object; origin?: string; authorization?: string } = {},
): Promise<ApiAnswer> {
  return api.request(method, path, body, { token: null, headers: { cookie, ...headers } });
}

test('a session shows whose credential it is, and no script can read its cookie', async () => {
  const { status, body, headers } = await signIn(adminToken);
  expect([status, body]).toMatchObject([
    200,
    { kind: 'admin', canManage: true, isPlatform: true, tenant: null, gatewayUrl: null },
  ]);
  const [value, ...attributes] = (headers.get('set-cookie') ?? '').split('; ');
  expect(attributes).toEqual(['Path=/v1', 'Max-Age=43200', 'HttpOnly', 'SameSite=Strict']);
  expect(value).not.toContain(adminToken);
  const reader = await newKey(['read']);
  const shown = (await withCookie(await cookieOf(reader.key), 'GET', '/v1/session')).body;
  const tenant = { slug: 'acme', name: 'Acme' };
  expect(shown).toMatchObject({
    ...{ kind: 'apiKey', canManage: false, isPlatform: false },
    ...{ tenant, keyId: reader.id },
  });
});

test('a session shows whether an operator is limited to tenants', async () => {
  for (const [tenantIds, isPlatform] of [[[tenantId], false] as const, [null, true] as const]) {
    const operator = { name: isPlatform ? 'Ada' : 'Grace', role: 'admin', tenantIds };
    const { text } = await api.request('POST', '/v1/operators', operator);
    const { token } = JSON.parse(text) as { token: string };
    const { name } = operator;
    const shown = (await signIn(token)).body;
    expect(shown).toMatchObject({ kind: 'operator', name, canManage: true, isPlatform });
  }
});

test('over TLS the cookie is marked as secure', async () => {
  const host = new URL(origin).host;
  const { headers } = await signIn(adminToken, { origin: `https://${host}` });
  expect(headers.get('set-cookie')).toMatch(/; Secure$/);
});

test('a wrong token gets no session, and neither does a page of another origin', async () => {
  const wrong = await signIn('wrong');
  expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  const foreign = await signIn(adminToken, { origin: 'http://127.0.0.1:1' });
  expect([foreign.status, foreign.body.code, foreign.headers.get('set-cookie')]).toEqual([
    403,
    'origin_forbidden',
    null,
  ]);
});

test('with the session, only pages of this origin can write; every request with the cookie can read', async () => {
  const cookie = await cookieOf(adminToken);
  const body = { name: 'Renamed' };
  for (const other of [undefined, 'null', 'http://127.0.0.1:1', 'https://evil.example']) {
    const headers = other === undefined ? {} : { origin: other };
    const { status, body: answer } = await withCookie(cookie, 'PATCH', acme, { body, ...headers });
    expect([other, status, answer.code]).toEqual([other, 403, 'origin_forbidden']);
  }
  expect((await withCookie(cookie, 'PATCH', acme, { body, origin })).status).toBe(200);
  expect((await withCookie(cookie, 'GET', acme)).status).toBe(200);
});

test('with the session, only pages of this origin open a WebSocket', async () => {
  const cookie = await cookieOf(adminToken);
  const protocols = ['sluice.events'];
  const { socket } = await openApiSocket(api, '/v1/events', { protocols, headers: { cookie, origin } });
  expect(socket.protocol).toBe('sluice.events');
  for (const headers of [{ cookie }, { cookie, origin: 'http://127.0.0.1:1' }]) {
    const { status, body } = await refusalOf(api, '/v1/events', { protocols, headers });
    expect([status, body['code']]).toEqual([403, 'origin_forbidden']);
  }
});

test('a revoked key ends its sessions at once, and closes their WebSockets with 1008', async () => {
  const { id, key } = await newKey(['manage']);
  const cookie = await cookieOf(key);
  const { closed } = await openApiSocket(api, '/v1/events', { headers: { cookie, origin } });
  await api.request('DELETE', `${acme}/api-keys/${id}`);
  expect(await closed).toEqual([1008, 'key revoked']);
  const { status, body } = await withCookie(cookie, 'GET', '/v1/session');
  expect([status, body.code]).toEqual([401, 'unauthorized']);
  expect((await withCookie(cookie, 'DELETE', '/v1/session', { origin })).status).toBe(204);
});

test('a changed cookie, or one of another API, counts as none', async () => {
  const cookie = await cookieOf(adminToken);
  const changed = `${cookie.slice(0, -2)}${cookie.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const value of [changed, 'sluice_session=', 'sluice_session=a.b.c.d.e', cookie.replace('=', '=x')]) {
    expect([value, (await withCookie(value, 'GET', '/v1/session')).status]).toEqual([value, 401]);
  }
});

test('a session ends after 12 hours', async () => {
  const cookie = new SessionCookie({ token: adminToken, file: null });
  const issued = await cookie.issue('a credential', false);
  expect(await cookie.credentialIn(issued)).toBe('a credential');
  vi.useFakeTimers({ now: Date.now() + 12 * 60 * 60 * 1000 + 1000, toFake: ['Date'] });
  expect(await cookie.credentialIn(issued)).toBeNull();
  vi.useRealTimers();
});

test('a token beside the session of the same credential is accepted, one of another credential is refused', async () => {
  const cookie = await cookieOf(adminToken);
  const { key } = await newKey(['manage']);
  const same = await withCookie(cookie, 'GET', acme, { authorization: `Bearer ${adminToken}` });
  const another = await withCookie(cookie, 'GET', acme, { authorization: `Bearer ${key}` });
  expect([same.status, another.status, another.body.code]).toEqual([200, 400, 'invalid_request']);
});

test('signing out removes the cookie', async () => {
  const { status, headers } = await api.request('DELETE', '/v1/session', undefined, { token: null });
  expect([status, headers.get('set-cookie')]).toEqual([
    204,
    'sluice_session=; Path=/v1; Max-Age=0; HttpOnly; SameSite=Strict',
  ]);
});
