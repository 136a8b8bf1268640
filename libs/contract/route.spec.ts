import { describe, expect, test } from 'vitest';
import {
  newId,
  normalizeHost,
  publishedRouteSchema,
  routeCreateSchema,
  tenantCreateSchema,
  tenantSchema,
} from './index.js';

const minimal = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5:9000' }] };

describe('a route', () => {
  test('every field but path and upstreams has a default', () => {
    expect(routeCreateSchema.parse(minimal)).toEqual({
      name: '',
      labels: {},
      enabled: true,
      maintenance: null,
      match: {
        host: '*',
        path: '/',
        pathType: 'prefix',
        encodedSlash: 'refuse',
        headers: null,
        query: null,
      },
      upstreams: [
        {
          url: 'ws://10.0.0.5:9000',
          discovery: 'none',
          weight: 1,
          state: 'active',
          backup: false,
          maxConnections: null,
          maxPending: null,
        },
      ],
      balancing: 'roundRobin',
      hashKey: null,
      balanceFactor: null,
      slowStartMs: null,
      stickyCookie: {
        name: 'sluice_upstream',
        sameSite: 'lax',
        secure: false,
        partitioned: false,
        maxAgeSeconds: null,
      },
      clientCertificate: 'none',
      upstreamTls: { verify: true, serverName: null, ca: null, clientCertificate: null, clientKey: null },
      healthCheck: null,
      outlierEjection: { consecutiveFailures: 5, shortLivedMs: null, baseMs: 30_000, maxMs: 300_000 },
      onDown: 'keep',
      retries: { attempts: 2, budgetPercent: 20, minPerSecond: 10 },
      queue: { maxRequests: 100, maxWaitMs: 1000 },
      rewrite: { stripPrefix: false, replacePrefix: null, redirects: 'pass', cookies: 'pass' },
      upstreamHost: 'upstream',
      requestHeaders: { set: {}, remove: [] },
      responseHeaders: { set: {}, remove: [] },
      auth: { mode: 'apiKey', sources: ['header', 'query', 'subprotocol'], jwt: null },
      allowedOrigins: null,
      maxConnections: null,
      ...{ messagesPerSecond: null, bytesPerSecond: null },
      ...{ http: 'refuse', maxRequestBytes: null, cors: null, requestsPerSecond: null },
      quota: { connections: null, connectionMinutes: null, messages: null, bytes: null },
      ...{ onChange: 'keep', onAccessChange: 'keep', onMessageRate: 'slow' },
      timeouts: {
        ...{ connectMs: 5000, handshakeMs: 10_000, responseMs: 60_000 },
        ...{ idleMs: null, maxLifetimeMs: null },
      },
      keepalive: { pingIntervalMs: 25_000 },
    });
  });

  test.each([
    'ftp://10.0.0.5',
    'wss:',
    'http:10.0.0.5',
    'https://',
    'https://user@10.0.0.5',
    'http://10.0.0.5/?a=1',
    'ws://',
    'ws://user:secret@10.0.0.5',
    'ws://@10.0.0.5',
    'ws://10.0.0.5/?a=1',
    'ws://10.0.0.5/#a',
    'ws://10.0.0.5:0',
    'ws://10.0.0.5:99999',
    'ws://10.0.0.5/a%2fb',
    'ws://host name',
    ' ws://10.0.0.5',
    'ws://10.0.0.5\n',
  ])('does not take the upstream %j', (url) => {
    const result = routeCreateSchema.safeParse({ ...minimal, upstreams: [{ url }] });
    expect(result.error?.issues[0]?.path).toEqual(['upstreams', 0, 'url']);
  });

  test.each(['http://10.0.0.5:9000/base', 'https://chat.example', 'HTTP://chat.example'])(
    'takes the upstream %j',
    (url) => {
      expect(routeCreateSchema.parse({ ...minimal, upstreams: [{ url }] }).upstreams[0]?.url).toBe(url);
    },
  );

  test.each([
    'base',
    '',
    '/a/../b',
    '/%7Ea',
    '/a//b',
    '//a',
    '/a%2Fb',
    '/a?b',
    '/a b',
    `/${'a'.repeat(1024)}`,
  ])('does not replace a prefix by %j', (replacePrefix) => {
    const result = routeCreateSchema.safeParse({ ...minimal, rewrite: { replacePrefix } });
    expect(result.error?.issues[0]?.path).toEqual(['rewrite', 'replacePrefix']);
  });

  test('a prefix is either removed or replaced', () => {
    const rewriteWith = (rewrite: object): unknown => routeCreateSchema.safeParse({ ...minimal, rewrite });
    expect(rewriteWith({ replacePrefix: '/v2' })).toMatchObject({ success: true });
    expect(rewriteWith({ stripPrefix: true, replacePrefix: '/v2' })).toMatchObject({
      success: false,
      error: { issues: [{ path: ['rewrite', 'replacePrefix'] }] },
    });
  });

  test('a dollar in a route that a version without variables published is a dollar', () => {
    const published = { id: newId('route'), tenantId: newId('tenant'), ...minimal };
    const requestHeaders = { set: { 'X-Price': '$5 in $host' }, remove: [] };
    const setOf = (fields: object): object => publishedRouteSchema.parse(fields).requestHeaders.set;
    expect(setOf({ ...published, requestHeaders })).toEqual({ 'X-Price': '$$5 in $$host' });
    expect(setOf({ ...published, requestHeaders, responseHeaders: {} })).toEqual(requestHeaders.set);
    expect(setOf(published)).toEqual({});
  });

  test.each([
    'chat.test:80',
    'chat.test/a',
    'ws://chat.test',
    'a..b',
    '*.',
    '*x.test',
    'a.*.test',
    '-a.test',
    '',
  ])('does not match the host %j', (host) => {
    const result = routeCreateSchema.safeParse({ ...minimal, match: { host, path: '/' } });
    expect(result.error?.issues[0]?.path).toEqual(['match', 'host']);
  });

  test.each(['*', '*.acme.test', 'chat.acme.test', 'localhost', '10.0.0.1'])(
    'matches the host %j',
    (host) => {
      expect(routeCreateSchema.parse({ ...minimal, match: { host, path: '/' } }).match.host).toBe(host);
    },
  );

  test.each([
    'https://app.test',
    'https://*.app.test:8443',
    'http://[::1]:3000',
    'null',
    'file://',
    'capacitor://localhost',
    'app://-',
    'app://.',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  ])('lets the origin %j in where it is listed', (origin) => {
    expect(routeCreateSchema.parse({ ...minimal, allowedOrigins: [origin] }).allowedOrigins).toEqual([
      origin,
    ]);
  });

  test.each([
    'https://',
    'http://-',
    'https://app.test/',
    'https://app.test/chat',
    'https://user@app.test',
    'https://a.test https://b.test',
    'file:///',
    'app.test',
    '*',
    'https://*',
    'file://*.',
    '://app.test',
    'null ',
    '',
  ])('does not take the origin %j', (origin) => {
    const result = routeCreateSchema.safeParse({ ...minimal, allowedOrigins: [origin] });
    expect(result.error?.issues[0]?.path).toEqual(['allowedOrigins', 0]);
  });

  test.each([
    'Connection',
    'Upgrade',
    'Sec-WebSocket-Key',
    'content-length',
    'Transfer-Encoding',
    'Via',
    'Bad Name',
    '',
  ])('does not set the header %j', (name) => {
    const result = routeCreateSchema.safeParse({ ...minimal, requestHeaders: { set: { [name]: 'x' } } });
    expect(result.error?.issues[0]?.path.slice(0, 2)).toEqual(['requestHeaders', 'set']);
  });

  test('a published route may set Via, which older versions did not reserve', () => {
    const requestHeaders = { set: { Via: '1.1 a' }, remove: ['via'] };
    const published = { id: newId('route'), tenantId: newId('tenant'), ...minimal, requestHeaders };
    expect(publishedRouteSchema.parse(published).requestHeaders).toEqual(requestHeaders);
    const reserved = { ...published, requestHeaders: { remove: ['Connection'] } };
    expect(publishedRouteSchema.safeParse(reserved).success).toBe(false);
  });

  test.each(['a\r\nX-Evil: 1', 'a\0', ' lead', 'é'])('does not set a header to %j', (value) => {
    expect(
      routeCreateSchema.safeParse({ ...minimal, requestHeaders: { set: { 'X-A': value } } }).success,
    ).toBe(false);
  });

  test('the error of a path shows the form in which to write it', () => {
    const result = routeCreateSchema.safeParse({ ...minimal, match: { path: '/a/../b' } });
    expect(result.error?.issues[0]?.message).toContain('"/b"');
    const unencoded = routeCreateSchema.safeParse({ ...minimal, match: { path: '/[a]' } });
    expect(unencoded.error?.issues[0]?.message).toContain('"/%5Ba%5D"');
  });
});

describe('a route that takes tokens', () => {
  const base = { issuer: 'https://id.test', audience: ['chat'] };
  const jwksUrl = 'https://id.test/keys';
  const key = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43) };
  const issueOf = (auth: object): unknown =>
    routeCreateSchema.safeParse({ ...minimal, auth }).error?.issues[0]?.path.join('.') ?? null;

  test('every field of auth.jwt but issuer, audience and the source of keys has a default', () => {
    const jwt = { ...base, jwksUrl };
    expect(routeCreateSchema.parse({ ...minimal, auth: { mode: 'jwt', jwt } }).auth.jwt).toEqual({
      ...jwt,
      keys: null,
      requiredClaims: {},
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      clockToleranceSeconds: 0,
    });
  });

  test('a stored route with a larger RSA key than is accepted now still parses for gateways', () => {
    const jwt = { ...base, keys: [{ kty: 'RSA', n: '_'.repeat(1366), e: 'AQAB' }] };
    const stored = { ...minimal, id: newId('route'), tenantId: newId('tenant'), auth: { mode: 'jwt', jwt } };
    expect(publishedRouteSchema.parse(stored).auth).toMatchObject({ jwt });
  });

  test.each<[object, string]>([
    [{ mode: 'jwt' }, 'auth.jwt'],
    [{ mode: 'apiKey', jwt: { ...base, jwksUrl } }, 'auth.jwt'],
    [{ mode: 'jwt', jwt: base }, 'auth.jwt.jwksUrl'],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl, keys: [key] } }, 'auth.jwt.jwksUrl'],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl: 'file:///etc/passwd' } }, 'auth.jwt.jwksUrl'],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl: 'https://a:b@id.test/' } }, 'auth.jwt.jwksUrl'],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl, algorithms: ['none'] } }, 'auth.jwt.algorithms.0'],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl, algorithms: ['HS256'] } }, 'auth.jwt.algorithms.0'],
    [{ mode: 'jwt', jwt: { ...base, keys: [{ ...key, d: 'a' }] } }, 'auth.jwt.keys.0'],
    [{ mode: 'jwt', jwt: { ...base, keys: [{ kty: 'oct', k: 'a' }] } }, 'auth.jwt.keys.0.kty'],
    [
      { mode: 'jwt', jwt: { ...base, keys: [{ kty: 'RSA', n: 'a'.repeat(171), e: 'AQAB' }] } },
      'auth.jwt.keys.0.n',
    ],
    [
      { mode: 'jwt', jwt: { ...base, keys: [{ kty: 'RSA', n: '_'.repeat(700), e: 'AQAB' }] } },
      'auth.jwt.keys.0.n',
    ],
    [
      { mode: 'jwt', jwt: { ...base, keys: [{ kty: 'RSA', n: '_'.repeat(342), e: 'AQAAAAE' }] } },
      'auth.jwt.keys.0.e',
    ],
    [{ mode: 'jwt', jwt: { ...base, jwksUrl, leeway: 1 } }, 'auth.jwt'],
  ])('does not take %j', (auth, path) => {
    expect(issueOf(auth)).toBe(path);
  });
});

test("the defaults of a tenant's limits are those of the documentation", () => {
  const { limits } = tenantCreateSchema.parse({ slug: 'acme' });
  expect(Object.keys(limits)).toEqual(Object.keys(tenantSchema.shape.limits.shape));
  expect(limits).toMatchObject({ maxConnections: 1000, maxConnectionsPerKey: null });
  for (const [name, value] of Object.entries({
    maxConnections: -1,
    connectionsPerSecond: 0,
    maxMessageBytes: 1.5,
  })) {
    const result = tenantCreateSchema.safeParse({ slug: 'acme', limits: { [name]: value } });
    expect(result.error?.issues[0]?.path).toEqual(['limits', name]);
  }
});

describe('normalizeHost', () => {
  test.each([
    ['Chat.Test', 'chat.test'],
    ['chat.test:8080', 'chat.test'],
    ['chat.test.', 'chat.test'],
    ['chat.test.:80', 'chat.test'],
    ['[::1]:80', '[::1]'],
    ['127.0.0.1', '127.0.0.1'],
  ])('reads %s as %s', (authority, host) => {
    expect(normalizeHost(authority)).toBe(host);
  });

  test.each(['', 'a b', 'a/b', 'user@host', 'host:port', 'a:1:2', '[::1', '[::1]x', 'é.test', '.'])(
    'refuses %j',
    (authority) => {
      expect(normalizeHost(authority)).toBeNull();
    },
  );
});
