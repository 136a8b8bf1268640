import { expect, test } from 'vitest';
import { z } from 'zod';
import { routeDocumentSchema } from '../resources/route-document.js';
import { withoutDefaults } from './without-defaults.js';

const inner = z.strictObject({ a: z.number().default(1), b: z.string().nullable().default(null) });
const schema = z.strictObject({
  must: z.string(),
  may: z.string().optional(),
  list: z.array(z.string()).default(['x']),
  map: z.record(z.string(), z.string()).default({}),
  inner: inner.prefault({}),
  perhaps: inner.nullable().default(null),
  items: z.array(z.strictObject({ url: z.string(), weight: z.int().default(1) })),
});
const shorten = withoutDefaults(schema);

test.each([
  [
    { must: 'm', items: [] },
    { must: 'm', items: [] },
  ],
  [
    { must: 'm', items: [{ url: 'u' }] },
    { must: 'm', items: [{ url: 'u' }] },
  ],
  [
    { must: 'm', may: '', items: [{ url: 'u', weight: 2 }], list: [], map: { x: 'y' } },
    { must: 'm', may: '', items: [{ url: 'u', weight: 2 }], list: [], map: { x: 'y' } },
  ],
  [
    { must: 'm', items: [], inner: { b: 'b' } },
    { must: 'm', items: [], inner: { b: 'b' } },
  ],
  [
    { must: 'm', items: [], perhaps: {} },
    { must: 'm', items: [], perhaps: {} },
  ],
  [
    { must: 'm', items: [], perhaps: { a: 2 } },
    { must: 'm', items: [], perhaps: { a: 2 } },
  ],
])('%j is shortened to %j, which parses to the same value', (given, left) => {
  const whole = schema.parse(given);
  expect(shorten(whole)).toEqual(left);
  expect(schema.parse(shorten(whole))).toEqual(whole);
});

test('the order of the fields makes no difference', () => {
  const { a, b } = inner.parse({});
  expect(shorten({ items: [], inner: { b, a }, must: 'm' })).toEqual({ items: [], must: 'm' });
});

test('no field of a route without defaults is removed', () => {
  const jwt = { issuer: 'https://issuer.example', audience: ['a'], jwksUrl: 'https://issuer.example/jwks' };
  const route = routeDocumentSchema.parse({
    match: { path: '/', host: 'a.example', pathType: 'exact' },
    upstreams: [{ url: 'wss://up.example', weight: 3 }],
    upstreamTls: { serverName: 'other.example' },
    requestHeaders: { set: { 'X-A': 'b' } },
    auth: { mode: 'jwt', jwt },
    timeouts: { connectMs: 1 },
  });
  const left = withoutDefaults(routeDocumentSchema)(route);
  expect(left).toMatchObject({
    upstreamTls: { serverName: 'other.example' },
    requestHeaders: { set: { 'X-A': 'b' } },
    timeouts: { connectMs: 1 },
  });
  expect(Object.keys(left).sort()).toEqual(
    ['auth', 'match', 'requestHeaders', 'timeouts', 'upstreamTls', 'upstreams'].sort(),
  );
  expect(routeDocumentSchema.parse(left)).toEqual(route);
});
