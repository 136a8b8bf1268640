import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiSocket, refusalOf } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

const origin = 'https://console.example';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({
    environment: { SLUICE_API_CORS_ORIGINS: `${origin}, http://[::1]:8000` },
  });
});
afterAll(() => api.remove());

function preflight(path: string, from: string): Promise<ApiAnswer> {
  const headers = { origin: from, 'access-control-request-method': 'PATCH' };
  return api.request('OPTIONS', path, undefined, { token: null, headers });
}

test('a preflight of a named origin is answered without a token, and allows the methods of the path', async () => {
  const { status, headers, text } = await preflight('/v1/tenants/acme', origin);
  expect([status, text]).toEqual([204, '']);
  expect(headers.get('access-control-allow-origin')).toBe(origin);
  expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, PUT, PATCH, DELETE');
  expect(headers.get('access-control-allow-headers')).toContain('Authorization');
  expect(headers.get('access-control-allow-credentials')).toBeNull();
  expect(headers.get('vary')).toContain('Origin');
});

test('answers and errors for a named origin can be read, with their header fields', async () => {
  for (const path of ['/v1/tenants', '/v1/tenants/nobody', '/nowhere', '/v1/tenants?limit=%zz']) {
    const { headers } = await api.request('GET', path, undefined, { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    const exposed = headers.get('access-control-expose-headers')?.split(', ');
    const needed = ['ETag', 'Location', 'Sluice-Revision', 'X-Request-Id', 'Sluice-Warning', 'Retry-After'];
    expect(exposed).toEqual(expect.arrayContaining(needed));
  }
});

test.each([
  'https://other.example',
  'http://console.example',
  `${origin}:8443`,
  `${origin}.evil`,
  'null',
  '*',
])('the origin %s gets no access', async (other) => {
  const preflighted = await preflight('/v1/tenants', other);
  const answer = await api.request('GET', '/v1/tenants', undefined, { headers: { origin: other } });
  for (const { headers } of [preflighted, answer]) {
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  }
  expect(preflighted.status).toBe(405);
});

test('an answer without Origin varies by it too', async () => {
  const { headers } = await api.request('GET', '/v1/tenants');
  expect([headers.get('vary'), headers.get('access-control-allow-origin')]).toEqual(['Origin', null]);
});

test('a page of a named origin and one of the API itself can open a WebSocket, another one cannot', async () => {
  for (const page of [origin, api.url]) {
    const { socket } = await openApiSocket(api, '/v1/events', {
      token: adminToken,
      headers: { origin: page },
    });
    expect(socket.readyState).toBe(socket.OPEN);
  }
  for (const page of ['https://other.example', 'null', `${api.url}0`]) {
    const headers = { origin: page };
    const { status, body } = await refusalOf(api, '/v1/events', { token: adminToken, headers });
    expect([status, body['code']]).toEqual([403, 'origin_forbidden']);
  }
});

test('without the setting no origin has access', async () => {
  const other = await ApiUnderTest.start();
  const answer = await other.request('GET', '/v1/tenants', undefined, { headers: { origin } });
  await other.remove();
  expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('vary')]).toEqual([
    null,
    null,
  ]);
});
