import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jwtAuthSchema, type JwtAuth } from '#libs/contract';
import { lookupInSystem } from '../../test/support/lookup-in-system.js';
import { TokenIssuer } from '../../test/support/token-issuer.js';
import { TokenVerifier, type TokenResult, type TokenVerifierInput } from './token-verifier.js';

let issuer: TokenIssuer;
let verifier: TokenVerifier;
let lookupFor: TokenVerifierInput['lookupFor'];
let nowMs = 0;

beforeEach(async () => {
  issuer = await TokenIssuer.start();
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  lookupFor = () => lookupInSystem;
  const everywhere = { isAllowed: () => true };
  verifier = new TokenVerifier({
    policy: everywhere,
    plainPolicy: everywhere,
    lookupFor: (tenantId) => lookupFor(tenantId),
    logger: { warn: () => expect.unreachable() },
    now: Date.now,
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  verifier.stop();
  await issuer.close();
});

function verify(token: string, auth: JwtAuth, tenantId = 'ten_a'): Promise<TokenResult> {
  return verifier.verify(token, auth, tenantId);
}

function published(jwksUrl = issuer.jwksUrl, overrides: object = {}): JwtAuth {
  const { issuer: name, audience } = issuer;
  return jwtAuthSchema.parse({ issuer: name, audience: [audience], jwksUrl, ...overrides });
}

describe('sources are bounded for each tenant', () => {
  const urls = Array.from({ length: 1001 }, (_, index) => index);

  async function verifyAll(token: string): Promise<void> {
    for (const index of urls) await verify(token, published(`${issuer.jwksUrl}&n=${index}`));
  }

  test('a tenant cannot evict the keys of another tenant, or make the gateway fetch without limit', async () => {
    const good = await issuer.sign();
    await verify(good, published(), 'ten_b');
    const unknownKey = await issuer.sign({}, { kid: 'unknown' });
    await verifyAll(unknownKey);
    await verifyAll(unknownKey);
    expect(issuer.requests).toBe(1 + 256);

    nowMs = 29_999;
    await verifyAll(unknownKey);
    expect(await verify(good, published(), 'ten_b')).toMatchObject({ ok: true });
    expect(issuer.requests).toBe(1 + 256);

    nowMs = 30_000;
    await verifyAll(unknownKey);
    await verifyAll(unknownKey);
    expect(issuer.requests).toBeLessThanOrEqual(1 + 2 * 256);
    expect(await verify(good, published(), 'ten_b')).toMatchObject({ ok: true });
  });

  test('a tenant above its bound gets token_keys_unavailable until one of its sources may be evicted', async () => {
    const token = await issuer.sign();
    for (const index of urls.slice(0, 256)) {
      await verify(token, published(`${issuer.jwksUrl}&n=${index}`));
    }
    expect(await verify(token, published())).toMatchObject({ code: 'token_keys_unavailable' });
    expect(await verify(token, published(), 'ten_b')).toMatchObject({ ok: true });
    nowMs = 30_000;
    expect(await verify(token, published())).toMatchObject({ ok: true });
  });

  test('tenants with the same issuer share its keys', async () => {
    const token = await issuer.sign();
    const tenants = Array.from({ length: 20 }, (_, index) => `ten_${index}`);
    const results = await Promise.all(tenants.map((tenantId) => verify(token, published(), tenantId)));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(issuer.requests).toBe(1);
  });

  test('a tenant whose look-ups hang does not block another tenant from keys that both use', async () => {
    lookupFor = (tenantId) => () =>
      tenantId === 'ten_a'
        ? new Promise<never>(() => undefined)
        : Promise.resolve([{ address: '127.0.0.1' }]);
    const url = issuer.jwksUrl.replace('127.0.0.1', 'keys.test');
    const token = await issuer.sign();
    const hanging = verify(token, published(url), 'ten_a');
    expect(await verify(token, published(url), 'ten_b')).toMatchObject({ ok: true });
    expect(await verify(token, published(url), 'ten_a')).toMatchObject({ ok: true });
    verifier.stop();
    await hanging;
  });
});

describe('a source whose name does not resolve', () => {
  let lookups: string[];
  let isResolved: boolean;
  let url: string;

  beforeEach(() => {
    lookups = [];
    isResolved = false;
    url = issuer.jwksUrl.replace('127.0.0.1', 'keys.test');
    lookupFor = (tenantId) => () => {
      lookups.push(tenantId);
      return isResolved
        ? Promise.resolve([{ address: '127.0.0.1' }])
        : Promise.reject(new Error('it does not exist'));
    };
  });

  async function verifyTen(tenantId: string): Promise<void> {
    const token = await issuer.sign();
    for (let turn = 0; turn < 5; turn += 1) {
      const results = await Promise.all([1, 2].map(() => verify(token, published(url), tenantId)));
      expect(results).toMatchObject(results.map(() => ({ code: 'token_keys_unavailable' })));
    }
  }

  test('an unresolved name is looked up once in 5 seconds for each tenant, however many tokens arrive', async () => {
    await verifyTen('ten_a');
    await verifyTen('ten_b');
    nowMs = 4999;
    await verifyTen('ten_a');
    expect(lookups).toEqual(['ten_a', 'ten_b']);

    nowMs = 5000;
    await verifyTen('ten_a');
    expect(lookups).toEqual(['ten_a', 'ten_b', 'ten_a']);
    nowMs = 10_000;
    isResolved = true;
    expect(await verify(await issuer.sign(), published(url), 'ten_a')).toMatchObject({ ok: true });
  });

  test('an unresolved name is looked up once in 30 seconds while the last good keys are used', async () => {
    isResolved = true;
    const token = await issuer.sign();
    expect(await verify(token, published(url))).toMatchObject({ ok: true });
    isResolved = false;
    lookups = [];
    for (nowMs = 600_000; nowMs <= 660_000; nowMs += 1000) {
      expect(await verify(token, published(url))).toMatchObject({ ok: true });
    }
    expect(lookups).toHaveLength(3);
  });

  test('a source with an unresolved name is not evicted within 30 seconds', async () => {
    const token = await issuer.sign();
    const urls = Array.from({ length: 1001 }, (_, index) => `${url}&n=${index}`);
    for (nowMs = 0; nowMs < 30_000; nowMs += 10_000) {
      for (const each of urls) await verify(token, published(each));
    }
    expect(lookups.length).toBeLessThanOrEqual(3 * 256);
  });
});

describe('no keys are fetched for a token', () => {
  test.each<[string, () => Promise<string> | string, object]>([
    ['that is not a JWT', () => 'garbage', {}],
    ['with an algorithm that the route does not accept', () => issuer.sign(), { algorithms: ['RS256'] }],
    ['of another issuer', () => issuer.sign({ iss: 'https://other.test' }), {}],
  ])('%s', async (_, token, overrides) => {
    const result = await verify(await token(), published(issuer.jwksUrl, overrides));
    expect(result).toMatchObject({ code: 'token_invalid' });
    expect(issuer.requests).toBe(0);
  });
});
