import { expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { CompactValues } from './compact-values.js';

const tenantId = newId('tenant');

function routeWith(settings: object): PublishedRoute {
  const match = { host: 'a.test', path: '/' };
  const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
  return publishedRouteSchema.parse({ id: newId('route'), tenantId, match, upstreams, ...settings });
}

test.each([
  ['timeouts', { connectMs: 1234 }],
  ['healthCheck', { type: 'http', path: '/health' }],
  ['outlierEjection', { baseMs: 12_345 }],
] as const)('routes with equal %s share one object, which is frozen', (name, settings) => {
  const compact = new CompactValues();
  const [one, other] = [1, 2].map(() => compact.route(routeWith({ [name]: settings }), tenantId));
  expect(one?.[name]).toMatchObject(settings);
  expect(other?.[name]).toBe(one?.[name]);
  expect(Object.isFrozen(one?.[name])).toBe(true);
});

test.each(['healthCheck', 'outlierEjection'] as const)('a route without %s stays without it', (name) => {
  expect(new CompactValues().route(routeWith({ [name]: null }), tenantId)[name]).toBeNull();
});
