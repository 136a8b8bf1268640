import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jwtAuthSchema, type JwtAuth } from '#libs/contract';
import { lookupInSystem } from '../../test/support/lookup-in-system.js';
import { TokenIssuer } from '../../test/support/token-issuer.js';
import { TokenVerifier, type TokenResult } from './token-verifier.js';

let issuer: TokenIssuer;
let verifier: TokenVerifier;

beforeEach(async () => {
  issuer = await TokenIssuer.start();
  const everywhere = { isAllowed: () => true };
  verifier = new TokenVerifier({
    policy: everywhere,
    plainPolicy: everywhere,
    lookupFor: () => lookupInSystem,
    logger: { warn: () => expect.unreachable() },
    now: Date.now,
  });
});

afterEach(async () => {
  verifier.stop();
  await issuer.close();
});

function verify(presented: string | null, auth: JwtAuth): Promise<TokenResult> {
  return verifier.verify(presented, auth, 'ten_a');
}

function listed(overrides: object = {}): JwtAuth {
  const { issuer: name, audience, keys } = issuer;
  return jwtAuthSchema.parse({ issuer: name, audience: [audience], keys, ...overrides });
}

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('a token is accepted', () => {
  test('a token signed by a listed key is accepted, with its subject and its expiry', async () => {
    const exp = inSeconds(60);
    expect(await verify(await issuer.sign({ exp }), listed())).toEqual({
      ok: true,
      token: { subject: 'ann', expiresAtMs: exp * 1000 },
    });
  });

  test('a token within the clock tolerance is accepted, and the tolerance also extends its connection', async () => {
    const exp = inSeconds(-5);
    const result = await verify(await issuer.sign({ exp }), listed({ clockToleranceSeconds: 30 }));
    expect(result).toMatchObject({ ok: true, token: { expiresAtMs: (exp + 30) * 1000 } });
  });

  test('a token without a key id is accepted if one of several keys verifies it', async () => {
    await issuer.rotate(null);
    await issuer.addOther(null);
    expect(await verify(await issuer.sign(), listed())).toMatchObject({ ok: true });
    expect(await verify(await issuer.sign({ exp: inSeconds(-1) }), listed())).toMatchObject({
      code: 'token_expired',
    });
  });

  test.each<[string, object, object]>([
    ['as single values', { role: 'admin', level: 3 }, { role: 'admin', level: 3 }],
    ['in a list', { groups: ['a', 'b'] }, { groups: 'b' }],
    ['in a scope with spaces', { scope: 'openid connect' }, { scope: 'connect' }],
  ])('with the required claims given %s', async (_, claims, requiredClaims) => {
    const token = await issuer.sign({ ...claims });
    expect(await verify(token, listed({ requiredClaims }))).toMatchObject({ ok: true });
  });
});

describe('a token is refused', () => {
  test.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://other.test' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'billing' }],
    ['without an audience', { aud: undefined }],
    ['without an expiry', { exp: undefined }],
    ['not valid yet', { nbf: inSeconds(60) }],
  ])('as invalid if it is %s', async (_, claims) => {
    expect(await verify(await issuer.sign(claims), listed())).toMatchObject({
      code: 'token_invalid',
    });
  });

  test('a token is refused as expired from the second of its expiry on', async () => {
    const result = await verify(await issuer.sign({ exp: inSeconds(0) }), listed());
    expect(result).toMatchObject({ code: 'token_expired' });
  });

  test.each(['', 'slc_key', 'a.b.c', '...', 'eyJhbGciOiJFUzI1NiJ9.e30.'])(
    'a text that is not a token is refused as invalid: %j',
    async (token) => {
      expect(await verify(token, listed())).toMatchObject({ code: 'token_invalid' });
    },
  );

  test('a missing token is refused', async () => {
    expect(await verify(null, listed())).toEqual({ ok: false, code: 'token_required' });
  });

  test('a token with the algorithm none is refused', async () => {
    const { issuer: name, audience } = issuer;
    const token = new UnsecuredJWT({ iss: name, aud: audience, exp: inSeconds(60) }).encode();
    expect(await verify(token, listed())).toMatchObject({ code: 'token_invalid' });
  });

  test.each(['HS256', 'HS384'])(
    'a token whose %s uses a public key as its secret is refused',
    async (alg) => {
      const [publicKey = {}] = issuer.keys;
      const imported = await importJWK(publicKey, 'ES256', { extractable: true });
      if (imported instanceof Uint8Array) throw new Error('no public key');
      const { issuer: name, audience } = issuer;
      for (const secret of [await exportSPKI(imported), JSON.stringify(publicKey)]) {
        const token = await new SignJWT({ iss: name, aud: audience, exp: inSeconds(60) })
          .setProtectedHeader({ alg, kid: 'key-1' })
          .sign(new TextEncoder().encode(secret.padEnd(48)));
        expect(await verify(token, listed())).toMatchObject({ code: 'token_invalid' });
      }
    },
  );

  test('a token with an algorithm that the route does not accept, or signed with another key, is refused', async () => {
    const token = await issuer.sign();
    expect(await verify(token, listed({ algorithms: ['RS256'] }))).toMatchObject({
      code: 'token_invalid',
    });
    await issuer.rotate('key-1');
    expect(await verify(token, listed())).toMatchObject({ code: 'token_invalid' });
  });

  test('a token with an embedded key is refused', async () => {
    const own = await generateKeyPair('ES256', { extractable: true });
    const { issuer: name, audience } = issuer;
    const token = await new SignJWT({ iss: name, aud: audience, exp: inSeconds(60) })
      .setProtectedHeader({ alg: 'ES256', jwk: issuer.keys[0] ?? {}, jku: issuer.jwksUrl })
      .sign(own.privateKey);
    expect(await verify(token, listed())).toMatchObject({ code: 'token_invalid' });
    expect(issuer.requests).toBe(0);
  });

  test.each<[string, object, object]>([
    ['another value', { role: 'user' }, { role: 'admin' }],
    ['another type', { level: '3' }, { level: 3 }],
    ['no such claim', {}, { toString: 'x' }],
    ['a longer word', { scope: 'connected' }, { scope: 'connect' }],
  ])('as forbidden if a required claim has %s', async (_, claims, requiredClaims) => {
    const result = await verify(await issuer.sign({ ...claims }), listed({ requiredClaims }));
    expect(result).toMatchObject({ code: 'token_forbidden' });
  });
});
