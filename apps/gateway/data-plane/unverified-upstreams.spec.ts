import { expect, test, vi } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { UnverifiedUpstreams } from './unverified-upstreams.js';

function route(verify: boolean): PublishedRoute {
  return publishedRouteSchema.parse({
    id: newId('route'),
    tenantId: newId('tenant'),
    match: { path: '/' },
    upstreams: [{ url: 'wss://upstream.test' }],
    upstreamTls: { verify },
  });
}

test('a connection to an unverified upstream is logged as a warning once for each change of its route', () => {
  const warn = vi.fn();
  const unverified = new UnverifiedUpstreams({ warn });
  const before = route(false);
  const changed = { ...before };
  for (const noted of [before, before, changed, changed, route(true)]) {
    unverified.check({ route: noted, upstreamUrl: 'wss://upstream.test' });
  }
  unverified.check({ route: route(false), upstreamUrl: 'ws://upstream.test' });
  unverified.check({ route: route(false), upstreamUrl: 'http://upstream.test' });
  expect(warn).toHaveBeenCalledTimes(2);
  unverified.check({ route: route(false), upstreamUrl: 'https://upstream.test' });
  expect(warn).toHaveBeenCalledTimes(3);
  expect(warn.mock.calls[0]?.[0]).toEqual({
    routeId: before.id,
    tenantId: before.tenantId,
    upstreamUrl: 'wss://upstream.test',
  });
});
