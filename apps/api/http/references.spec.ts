import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

// Covers every reference in every path, and every string in every query, of openapi.json.

interface Operation {
  parameters?: { name: string; in: string; schema: { type?: string } }[];
}
type Methods = Record<string, Operation>;

// Neither a slug nor a name.
const texts = ['acme%00', '%00', 'a%0Ab', 'x'.repeat(5000)];
// Not a slug, but a name.
const names = ['..%2facme', '%F0%9F%92%A9', 'Acme', "a'--"];
const hasNames = ['route', 'key'];

let api: ApiUnderTest;
let operations: { method: string; path: string; operation: Operation }[];
let things: Record<string, string>;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  const { text } = await api.request('GET', '/openapi.json');
  operations = Object.entries((JSON.parse(text) as OpenAPIObject).paths).flatMap(([path, methods]) =>
    Object.entries(methods as Methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  const made = await api.request('POST', '/v1/tenants/acme/routes', route);
  const key = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' });
  things = {
    tenant: 'acme',
    route: made.body.id,
    key: key.body.id,
    operator: newId('operator'),
    connection: newId('connection'),
    gateway: newId('gateway'),
    webhook: newId('webhook'),
    delivery: newId('webhookDelivery'),
  };
});
afterAll(() => api.remove());

test('an invalid reference is answered with 404 in every parameter of every path', async () => {
  let tried = 0;
  for (const { method, path } of operations) {
    for (const [parameter, wrong = ''] of path.matchAll(/\{(\w+)\}/g)) {
      for (const name of hasNames.includes(wrong) ? texts : [...texts, ...names]) {
        const target = path
          .replace(parameter, name)
          .replaceAll(/\{(\w+)\}/g, (_, other: string) => things[other] ?? '');
        const { status, body } = await api.request(method, target);
        const fields = body.errors.map(({ field }) => field);
        expect([method, target, status, body.code, fields]).toEqual([
          method,
          target,
          404,
          'not_found',
          [wrong],
        ]);
        tried += 1;
      }
    }
  }
  expect(tried).toBeGreaterThan(200);
});

test('a query with text that a database refuses is never answered with 5xx', async () => {
  const queries = operations.flatMap(({ method, path, operation }) =>
    (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'query' && !path.includes('{'))
      .map(({ name }) => ({ method, path, name })),
  );
  expect(queries.length).toBeGreaterThan(10);
  for (const { method, path, name } of queries) {
    const asked = [...texts, ...names].map(async (text) => {
      const { status } = await api.request(method, `${path}?${name}=${text}`);
      expect([method, path, name, text, status < 500]).toEqual([method, path, name, text, true]);
    });
    await Promise.all(asked);
  }
});

test('references are checked only for authenticated requests', async () => {
  expect((await api.request('GET', '/v1/tenants/acme%00', undefined, { token: null })).status).toBe(401);
});
