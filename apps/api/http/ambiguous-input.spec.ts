import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterAll(() => api.remove());

describe('a body that parsers could read differently is refused, the problem names the field, and nothing is written', () => {
  test.each([
    ['{"slug":"new","slug":"old"}', 'malformed_json', 'slug'],
    [
      '{"slug":"new","limits":{"maxConnections":1,"maxConnections":2}}',
      'malformed_json',
      'limits.maxConnections',
    ],
    ['{"slug":"new","name":"\\ud800"}', 'malformed_json', 'name'],
    ['{"slug":"new","limits":{"maxConnections":-0}}', 'validation_failed', 'limits.maxConnections'],
    ['{"slug":"new","__proto__":{"status":"suspended"}}', 'validation_failed', '__proto__'],
  ])('a tenant in %s', async (raw, code, field) => {
    expectRefusal(await api.request('POST', '/v1/tenants', undefined, { raw }), code, field);
    expectRefusal(await api.request('PATCH', '/v1/tenants/acme', undefined, { raw }), code, field);
    expect(await api.revision()).toBe(1);
  });

  test.each([
    ['"requestHeaders":{"set":{"X-A":"1","X-A":"2"}}', 'malformed_json', 'requestHeaders.set.X-A'],
    ['"requestHeaders":{"set":{"__proto__":"1"}}', 'validation_failed', 'requestHeaders.set.__proto__'],
    [
      '"auth":{"jwt":{"requiredClaims":{"__proto__":"1"}}}',
      'validation_failed',
      'auth.jwt.requiredClaims.__proto__',
    ],
  ])('a route with %s', async (fields, code, field) => {
    const raw = `{"match":{"path":"/"},"upstreams":[{"url":"ws://10.0.0.5"}],${fields}}`;
    expectRefusal(await api.request('POST', '/v1/tenants/acme/routes', undefined, { raw }), code, field);
    expect(await api.revision()).toBe(1);
  });

  test.each([
    ['{"slug":"new","name":"', [0xff], '"}', 'name'],
    ['{"slug":"new","name":"caf', [0xe9], '"}', 'name'],
    ['{"slug":"new","name":"', [0xed, 0xa0, 0x80], '"}', 'name'],
    ['{"slug":"new","hosts":["a.example","', [0xf0, 0x9f], '"]}', 'hosts.1'],
    ['{"slug":"new","name":"\ufffd","limits":{"', [0xc0, 0xaf], '":1}}', 'limits'],
    ['{"slug":"new","name":"', [0xef, 0xbf], '"}', 'name'],
  ])('a text that is not UTF-8, after %s', async (before, bytes, after, field) => {
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    for (const raw of [body, Buffer.concat([Buffer.from('\ufeff'), body])]) {
      const answer = await api.request('POST', '/v1/tenants', undefined, { raw });
      expect([answer.status, answer.body.code]).toEqual([400, 'malformed_json']);
      expect(answer.body.errors[0]?.field).toContain(field);
      expect(answer.body).toMatchObject({ detail: `Line 1, column ${before.length + 1}: expected UTF-8.` });
    }
  });

  test('a configuration document', async () => {
    const raw = '{"version":1,"tenants":[{"slug":"acme","routes":[],"routes":[]}]}';
    const answer = await api.request('PUT', '/v1/config?dryRun=true', undefined, { raw });
    expectRefusal(answer, 'malformed_json', 'tenants.0.routes');
  });
});

test('malformed JSON is refused with the position of the error and the expected token', async () => {
  const raw = '{\n  "slug": "new",\n  "limits": { "maxConnections": 1, }\n}';
  const { body } = await api.request('POST', '/v1/tenants', undefined, { raw });
  expect(body).toMatchObject({ code: 'malformed_json', status: 400, errors: [{ field: 'limits' }] });
  expect(body).toHaveProperty('detail', expect.stringMatching(/^Line 3, column 36: .*comma/));
});

test('non-ASCII text and a byte order mark are accepted as UTF-8', async () => {
  const headers = { 'content-type': 'application/json; charset="UTF-8"' };
  const raw = '\ufeff{"name":"Ärger 😀 \\ud83d\\ude00 \ufffd"}';
  const answer = await api.request('PATCH', '/v1/tenants/acme', undefined, { raw, headers });
  expect(answer.body).toMatchObject({ name: 'Ärger 😀 😀 \ufffd' });
});

test('a body is parsed only for authenticated requests', async () => {
  const answer = await api.request('POST', '/v1/tenants', undefined, { raw: '{', token: null });
  expect(answer.status).toBe(401);
});

describe('a query that parsers could read differently is refused, and the problem names the parameter', () => {
  test.each(['0x10', '1e1', '007', '%2B5', '%205', '5%20', '5.0', '٣', '1&limit=2', '%ff'])(
    'limit=%s',
    async (limit) => {
      const answer = await api.request('GET', `/v1/tenants?limit=${limit}`);
      expectRefusal(answer, 'invalid_request', 'limit');
    },
  );

  test.each([
    ['DELETE', '/v1/connections?all=true&dryRun=true&code=0xfa1', 'code'],
    ['DELETE', '/v1/connections?all=true&dryRun=true&code=', 'code'],
    ['DELETE', '/v1/connections?all=true&dryRun=true&reason=%ff', 'reason'],
    ['DELETE', '/v1/connections?all=true&dryRun=true&reason=%zz', 'reason'],
    ['DELETE', '/v1/connections?all=TRUE', 'all'],
    ['GET', '/v1/connections/con_01jd3x4m5n6p7q8r9s0t1v2w3x/tap?payloadBytes=', 'payloadBytes'],
    ['GET', '/v1/tenants?%ed%a0%80=1', '\ufffd\ufffd\ufffd'],
    ['GET', '/v1/tenants?__proto__=1', '__proto__'],
    ['GET', '/v1/tenants/acme?%ff=1', '\ufffd'],
  ])('%s %s', async (method, path, field) => {
    expectRefusal(await api.request(method, path), 'invalid_request', field);
  });

  test('on a WebSocket handshake', async () => {
    const path = '/v1/connections/con_01jd3x4m5n6p7q8r9s0t1v2w3x/tap';
    for (const query of ['payloadBytes=0x10', 'payloadBytes=%ff']) {
      expect((await refusalOf(api, `${path}?${query}`, { token: adminToken })).status).toBe(400);
    }
  });

  test('more than 1,000 query parameters are all parsed', async () => {
    const names = Array.from({ length: 1100 }, (_, index) => `x${index}`);
    const answer = await api.request('GET', `/v1/tenants?${names.join('&')}&limit=all`);
    expect(answer.body.errors.map(({ field }) => field)).toContain('limit');
  });
});

test('paths are case-sensitive', async () => {
  for (const path of ['/V1/TENANTS', '/v1/Tenants/acme', '/Healthz', '/DOCS/', '/v1/tenants/acme/API-KEYS']) {
    const answer = await api.request('GET', path);
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
  }
  const document = { version: 1, tenants: [] };
  expect((await api.request('PUT', '/V1/CONFIG?deleteTenants=true', document)).status).toBe(404);
});

function expectRefusal({ status, body }: ApiAnswer, code: string, field: string): void {
  expect([status < 500, body.code, body.errors.map((error) => error.field)]).toEqual([true, code, [field]]);
}
