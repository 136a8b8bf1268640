import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.remove());

test('the root redirects to the console', async () => {
  const { status, headers } = await fetch(api.url, { redirect: 'manual' });
  expect([status, headers.get('location')]).toEqual([302, '/console/']);
});

test('/v1 lists every path under it with its methods, without a token', async () => {
  const document = JSON.parse((await api.request('GET', '/openapi.json')).text) as OpenAPIObject;
  for (const path of ['/v1', '/v1/']) {
    const { status, text } = await api.request('GET', path, undefined, { token: null });
    expect(status).toBe(200);
    const index = JSON.parse(text) as { paths: Record<string, Record<string, string>> };
    expect(index).toMatchObject({ docs: '/docs/', openapi: '/openapi.json' });
    expect(index.paths['/v1/tenants']).toEqual({
      POST: 'Create a tenant',
      GET: 'List tenants, with filters, text search and order',
    });
    const described = Object.keys(document.paths).filter((template) => template.startsWith('/v1/'));
    expect(Object.keys(index.paths).sort()).toEqual(described.sort());
  }
});

test('/v1 allows only GET and HEAD', async () => {
  const { status, headers, body } = await api.request('POST', '/v1', {});
  expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET, HEAD']);
});
