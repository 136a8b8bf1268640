import { describe, expect, test } from 'vitest';
import { publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import { checkAccess, type AdmittedAccess } from './check-access.js';
import { checkOrigin, originToKeep } from '#libs/contract';

const jwt = { issuer: 'https://id.test', audience: ['chat'], jwksUrl: 'https://id.test/keys' };

function route(rules: Record<string, unknown>): PublishedRoute {
  return publishedRouteSchema.parse({
    id: 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x',
    tenantId: 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x',
    match: { path: '/' },
    upstreams: [{ url: 'ws://upstream.test' }],
    ...rules,
  });
}

const withoutCredential: AdmittedAccess = {
  route: route({ auth: { mode: 'none' } }),
  apiKey: null,
  token: null,
  credentialSource: null,
  origin: null,
  hasClientCertificate: false,
};
const byKey: AdmittedAccess = {
  ...withoutCredential,
  route: route({}),
  apiKey: {},
  credentialSource: 'query',
};
const byToken: AdmittedAccess = {
  ...withoutCredential,
  route: route({ auth: { mode: 'jwt', jwt } }),
  token: {},
  credentialSource: 'header',
};

describe('a client that was admitted without a credential', () => {
  const cases: [string, AdmittedAccess, Record<string, unknown>, unknown][] = [
    ['is still admitted by the same rules', withoutCredential, { auth: { mode: 'none' } }, { ok: true }],
    ['needs a key where one is asked for now', withoutCredential, {}, { code: 'key_required' }],
    [
      'needs a token if the route now requires one',
      withoutCredential,
      { auth: { mode: 'jwt', jwt } },
      { code: 'token_required' },
    ],
  ];
  test.each(cases)('%s', (_title, admitted, rules, expected) => {
    expect(checkAccess(route(rules), admitted)).toMatchObject(expected as object);
  });
});

describe('a client that was admitted with a key', () => {
  const cases: [string, Record<string, unknown>, unknown][] = [
    ['is still admitted where its place counts', { auth: { sources: ['header', 'query'] } }, { ok: true }],
    [
      'a token in a place that is no longer accepted does not admit the client',
      { auth: { sources: ['header'] } },
      { ok: false },
    ],
    ['is admitted where nothing is asked for now', { auth: { mode: 'none' } }, { ok: true }],
    [
      'needs a token if the route now requires one',
      { auth: { mode: 'jwt', jwt } },
      { ok: false, code: 'token_required' },
    ],
  ];
  test.each(cases)('%s', (_title, rules, expected) => {
    expect(checkAccess(route(rules), byKey)).toMatchObject(expected as object);
  });
});

describe('a client that was admitted with a token', () => {
  test('an equal auth.jwt still admits the client', () => {
    expect(checkAccess(route({ auth: { mode: 'jwt', jwt: { ...jwt } } }), byToken)).toEqual({ ok: true });
  });

  const changes: [string, object][] = [
    ['issuer', { issuer: 'https://other.test' }],
    ['audience', { audience: ['chat', 'other'] }],
    ['jwksUrl', { jwksUrl: 'https://id.test/other' }],
    ['requiredClaims', { requiredClaims: { role: 'admin' } }],
    ['algorithms', { algorithms: ['ES256'] }],
    ['clockToleranceSeconds', { clockToleranceSeconds: 1 }],
  ];
  test.each(changes)('a changed %s of auth.jwt does not admit the client', (_field, change) => {
    const rules = route({ auth: { mode: 'jwt', jwt: { ...jwt, ...change } } });
    expect(checkAccess(rules, byToken)).toMatchObject({ ok: false, code: 'token_invalid' });
  });

  test('is not admitted if its place is no longer accepted', () => {
    const rules = route({ auth: { mode: 'jwt', jwt, sources: ['query'] } });
    expect(checkAccess(rules, byToken)).toMatchObject({ ok: false, code: 'token_required' });
  });
});

describe('Origin and certificate are checked by the rules of a handshake', () => {
  const allowedOrigins = ['https://*.acme.example'];

  test.each([
    [null, true],
    ['https://app.acme.example', true],
    ['https://app.acme.example:443', true],
    ['https://other.example', false],
    ['null', false],
  ])('the origin %s', (origin, ok) => {
    expect(checkAccess(route({ allowedOrigins }), { ...byKey, origin }).ok).toBe(ok);
  });

  test('only a bounded part of an origin is kept, and the list refuses it as it refuses the whole', () => {
    const long = `https://${'a.acme.example.'.repeat(2000)}acme.example`;
    const kept = originToKeep(long);
    expect(kept.length).toBeLessThan(1000);
    for (const origin of [long, kept]) expect(checkOrigin(allowedOrigins, [origin]).ok).toBe(false);
    expect(checkOrigin(null, [long]).ok).toBe(true);
  });

  test('a required certificate must have been presented', () => {
    const rules = route({ clientCertificate: 'required' });
    expect(checkAccess(rules, byKey)).toEqual({ ok: false, code: 'client_certificate_required' });
    expect(checkAccess(rules, { ...byKey, hasClientCertificate: true })).toEqual({ ok: true });
  });
});
