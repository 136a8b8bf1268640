import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiUnderTest, type RequestExtras } from '../../../test/support/api-under-test.js';
import {
  key,
  keyCases,
  match,
  route,
  routeCases,
  tenant,
  tenantCases,
  upstreams,
} from '../../../test/support/wrong-fields.js';

let api: ApiUnderTest;
let routePath = '';
let keyPath = '';
let committed = 0;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await api.request('POST', '/v1/tenants', { slug: 'taken' });
  const made = await api.request('POST', '/v1/tenants/acme/routes', { match, upstreams });
  routePath = `/v1/tenants/acme/routes/${made.body.id}`;
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', key);
  keyPath = `/v1/tenants/acme/api-keys/${issued.body.id}`;
  committed = await api.revision();
  await api.published(committed);
});
afterAll(() => api.remove());

// Fields that are only required in a POST are optional in a PATCH.
const isMissingField = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  Object.keys(body).every((name) => ['upstreams', 'match'].includes(name));

describe('a wrong field is refused by name, and nothing is written or published', () => {
  test.each(tenantCases)('tenant: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants', body, 422, 'validation_failed', field);
    if (JSON.stringify(body) !== '{}') {
      await expectRefusal('PATCH', '/v1/tenants/acme', body, 422, 'validation_failed', field);
    }
  });

  test.each(routeCases)('route: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants/acme/routes', body, 422, 'validation_failed', field);
    await expectRefusal('PUT', routePath, body, 422, 'validation_failed', field);
    if (!isMissingField(body)) await expectRefusal('PATCH', routePath, body, 422, 'validation_failed', field);
  });

  test.each(keyCases)('API key: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants/acme/api-keys', body, 422, 'validation_failed', field);
    if (JSON.stringify(body) !== '{}') {
      await expectRefusal('PATCH', keyPath, body, 422, 'validation_failed', field);
    }
  });
});

describe('an invalid request is refused, and nothing is written or published', () => {
  test('unknown tenant', async () => {
    for (const path of ['/v1/tenants/nobody/routes', '/v1/tenants/ten_01jd3x4m5n6p7q8r9s0t1v2w3x/routes']) {
      await expectRefusal('POST', path, route, 404, 'not_found', 'tenant');
    }
    await expectRefusal('POST', '/v1/tenants/nobody/api-keys', key, 404, 'not_found', 'tenant');
    await expectRefusal('PATCH', '/v1/tenants/nobody', { name: 'x' }, 404, 'not_found', 'tenant');
  });

  test('unknown route and unknown key', async () => {
    await expectRefusal('PATCH', '/v1/tenants/acme/routes/nothing', {}, 404, 'not_found', 'route');
    await expectRefusal('POST', '/v1/tenants/acme/api-keys/nothing/rotate', {}, 404, 'not_found', 'key');
  });

  test('a second route on the same host and path', async () => {
    const path = '/v1/tenants/taken/routes';
    await expectRefusal('POST', path, { match, upstreams }, 409, 'route_conflict', 'match');
  });

  test('the slug of another tenant', async () => {
    await expectRefusal('POST', '/v1/tenants', { slug: 'taken' }, 409, 'slug_taken', 'slug');
    await expectRefusal('PATCH', '/v1/tenants/acme', { slug: 'taken' }, 409, 'slug_taken', 'slug');
  });

  test('a body that is not JSON, too large, or of another media type', async () => {
    const refuse = (extras: RequestExtras, status: number, code: string): Promise<void> =>
      expectRefusal('POST', '/v1/tenants', undefined, status, code, null, extras);
    await refuse({ raw: '{"slug": "new"' }, 400, 'malformed_json');
    await refuse({ raw: 'slug=new' }, 400, 'malformed_json');
    await refuse(
      { raw: JSON.stringify({ slug: 'new', name: 'x'.repeat(2_000_000) }) },
      413,
      'body_too_large',
    );
    const xml = { 'content-type': 'application/xml' };
    await refuse({ raw: '<slug>new</slug>', headers: xml }, 415, 'unsupported_media_type');
    const latin1 = { 'content-type': 'application/json; charset=latin1' };
    await refuse({ raw: '{"slug":"new"}', headers: latin1 }, 415, 'unsupported_media_type');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await refuse({ raw: 'slug=new', headers: form }, 415, 'unsupported_media_type');
  });

  test('an unknown query parameter', async () => {
    await expectRefusal('POST', '/v1/tenants?dryRun=true', tenant, 400, 'invalid_request', 'dryRun');
    await expectRefusal('GET', '/v1/tenants?offset=3', undefined, 400, 'invalid_request', 'offset');
  });

  test.each(['0', '201', '-1', '1.5', 'all', ''])('limit=%s', async (limit) => {
    await expectRefusal('GET', `/v1/tenants?limit=${limit}`, undefined, 400, 'invalid_request', 'limit');
  });

  test.each(['x', '%00', 'dGVuXzE', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x'])('cursor=%s', async (cursor) => {
    await expectRefusal('GET', `/v1/tenants?cursor=${cursor}`, undefined, 400, 'invalid_cursor', 'cursor');
  });

  test('an unknown path, or a method that the path does not have', async () => {
    await expectRefusal('GET', '/v1/nothing', undefined, 404, 'not_found', null);
    await expectRefusal('GET', '/v1/tenants/%zz', undefined, 400, 'invalid_request', null);
    const answer = await api.request('DELETE', '/v1/tenants');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  test('a field named like a member of Object.prototype', async () => {
    for (const field of ['constructor', '__proto__', 'toString']) {
      const extras = { raw: `{"slug":"new","${field}":{"prototype":{}}}` };
      await expectRefusal('POST', '/v1/tenants', undefined, 422, 'validation_failed', field, extras);
    }
  });
});

test('answers do not name the framework, and forbid sniffing and caching', async () => {
  const { headers } = await api.request('GET', '/v1/tenants');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
});

async function expectRefusal(
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  field: string | null,
  extras: RequestExtras = {},
): Promise<void> {
  const answer = await api.request(method, path, body, extras);
  expect(answer.text).toContain(code);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ type: `urn:sluice:problem:${code}`, status, code });
  if (field !== null) expect(answer.body.errors.map((error) => error.field)).toContain(field);
  // The default messages of zod report the given value instead of the expected one.
  expect(answer.text).not.toMatch(/"message":"(Invalid|Too (big|small)|Unrecognized)/);
  expect(await api.revision()).toBe(committed);
  expect(api.sink.changes).toHaveLength(committed);
}
