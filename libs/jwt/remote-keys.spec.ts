import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jwtAuthSchema, type JwtAuth } from '#libs/contract';
import { createAddressPolicy } from '#libs/upstreams';
import { lookupInSystem } from '../../test/support/lookup-in-system.js';
import { openSocketsOf } from '../../test/support/open-sockets.js';
import { longWait } from '../../test/support/long-wait.js';
import { testCertificate } from '../../test/support/tls-certificates.js';
import { TokenIssuer } from '../../test/support/token-issuer.js';
import { TokenVerifier, type TokenResult, type TokenVerifierInput } from './token-verifier.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let issuer: TokenIssuer;
let nowMs = 0;
const warned: string[] = [];
const verifiers: TokenVerifier[] = [];

beforeEach(async () => {
  issuer = await TokenIssuer.start();
  nowMs = 0;
  warned.length = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const verifier of verifiers.splice(0)) verifier.stop();
  await issuer.close();
});

interface Verifying {
  verify(token: string, auth: JwtAuth): Promise<TokenResult>;
}

function verifierWith(input: Partial<TokenVerifierInput> = {}): Verifying {
  const everywhere = { isAllowed: () => true };
  const logger = { warn: (_: object, message: string) => void warned.push(message) };
  const parts = {
    policy: everywhere,
    plainPolicy: everywhere,
    lookupFor: () => lookupInSystem,
    logger,
    now: Date.now,
  };
  const verifier = new TokenVerifier({ ...parts, ...input });
  verifiers.push(verifier);
  return { verify: (token, auth) => verifier.verify(token, auth, 'ten_a') };
}

function published(jwksUrl = issuer.jwksUrl): JwtAuth {
  return jwtAuthSchema.parse({ issuer: issuer.issuer, audience: [issuer.audience], jwksUrl });
}

const unavailable = { ok: false, code: 'token_keys_unavailable', retryAfterSeconds: 5 };

describe('keys from a URL', () => {
  test('keys are fetched once for all waiting requests, and kept', async () => {
    const verifier = verifierWith();
    const token = await issuer.sign();
    const results = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token, published())));
    expect(results.every(({ ok }) => ok)).toBe(true);
    nowMs = 599_999;
    expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
    expect(issuer.requests).toBe(1);
  });

  test('keys are fetched again after 10 minutes, and no request waits for it', async () => {
    const verifier = verifierWith();
    const token = await issuer.sign();
    await verifier.verify(token, published());
    nowMs = 600_000;
    issuer.answer = () => undefined;
    expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(issuer.requests).toBe(2), longWait);
  });

  test('keys are fetched again for an unknown key, but not more often than every 30 seconds', async () => {
    const verifier = verifierWith();
    await verifier.verify(await issuer.sign(), published());
    await issuer.rotate('key-2');
    const token = await issuer.sign();
    expect(await verifier.verify(token, published())).toMatchObject({ code: 'token_invalid' });
    nowMs = 29_999;
    expect(await verifier.verify(token, published())).toMatchObject({ code: 'token_invalid' });
    expect(issuer.requests).toBe(1);
    nowMs = 30_000;
    expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
    expect(issuer.requests).toBe(2);
  });

  test('the last good keys stay in use while their source is unavailable', async () => {
    const verifier = verifierWith();
    const token = await issuer.sign();
    await verifier.verify(token, published());
    issuer.answer = (_, response) => response.writeHead(500).end();
    for (nowMs = 600_000; nowMs <= 6_000_000; nowMs += 600_000) {
      expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
      await vi.waitFor(() => expect(warned).toHaveLength(nowMs / 600_000), longWait);
    }
  });

  test('after a failed first fetch, keys are not fetched again for 5 seconds', async () => {
    const verifier = verifierWith();
    const token = await issuer.sign();
    issuer.answer = (_, response) => response.writeHead(404).end();
    expect(await verifier.verify(token, published())).toMatchObject(unavailable);
    issuer.answer = null;
    nowMs = 4999;
    expect(await verifier.verify(token, published())).toMatchObject(unavailable);
    expect(issuer.requests).toBe(1);
    nowMs = 5000;
    expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
  });
});

describe('a new key of the source is found although a kept key matches the kid of the token', () => {
  test.each<[string, string | null, boolean]>([
    ['the only key has no kid', null, false],
    ['several keys have no kid', null, true],
    ['the new key has the kid of the old one', 'default', false],
  ])('where %s', async (_, kid, hasOther) => {
    const verifier = verifierWith();
    await issuer.rotate(kid);
    if (hasOther) await issuer.addOther(kid);
    expect(await verifier.verify(await issuer.sign(), published())).toMatchObject({ ok: true });
    await issuer.rotate(kid);
    if (hasOther) await issuer.addOther(kid);
    const token = await issuer.sign();
    nowMs = 29_999;
    expect(await verifier.verify(token, published())).toMatchObject({ code: 'token_invalid' });
    expect(issuer.requests).toBe(1);
    nowMs = 30_000;
    expect(await verifier.verify(token, published())).toMatchObject({ ok: true });
    expect(issuer.requests).toBe(2);
  });

  test('a token that a known key verifies, but whose claims are refused, causes no fetch', async () => {
    const verifier = verifierWith();
    await issuer.rotate(null);
    await verifier.verify(await issuer.sign(), published());
    nowMs = 30_000;
    const claims = [{ aud: 'other' }, { exp: 1 }, { nbf: 99_999_999_999 }];
    for (const claim of claims) await verifier.verify(await issuer.sign(claim), published());
    expect(issuer.requests).toBe(1);
  });
});

describe('an answer of a key source is refused', () => {
  test.each<[string, TokenIssuer['answer'], string]>([
    ['that is a redirect', (_, response) => response.writeHead(302, { location: '/keys' }).end(), '302'],
    ['that is not JSON', (_, response) => response.end('<html>'), 'JSON'],
    ['that is not a key set', (_, response) => response.end('{"keys":{}}'), 'not a JSON Web Key Set'],
    ['that is too large', (_, response) => response.end(' '.repeat(262_145)), 'longer'],
    ['that breaks off', (request) => request.socket.resetAndDestroy(), 'ECONNRESET'],
    [
      'that breaks off within its answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        response.socket?.end();
      },
      'aborted',
    ],
  ])('%s', async (_, answer, cause) => {
    issuer.answer = answer;
    const result = await verifierWith().verify(await issuer.sign(), published());
    expect(result).toMatchObject(unavailable);
    expect(result).toHaveProperty('cause', expect.stringContaining(cause));
  });

  test.each<[string, TokenIssuer['answer']]>([
    ['does not answer', () => undefined],
    ['does not end its answer', (_, response) => void response.writeHead(200).write(' ')],
  ])('a source that %s within the timeout', async (_, answer) => {
    issuer.answer = answer;
    const verifier = verifierWith({ fetchTimeoutMs: 50 });
    const verified = verifier.verify(await issuer.sign(), published());
    // Node 20 may garbage-collect a signal of AbortSignal.timeout before it fires.
    const settled = { is: false };
    void verified.finally(() => (settled.is = true));
    while (!settled.is) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await verified).toMatchObject(unavailable);
  });

  test('symmetric keys of a source are not used', async () => {
    const k = Buffer.from('a secret that everybody knows...').toString('base64url');
    issuer.answer = (_, response) =>
      response.end(JSON.stringify({ keys: [{ kty: 'oct', k, kid: 'key-1' }] }));
    expect(await verifierWith().verify(await issuer.sign(), published())).toMatchObject({
      code: 'token_invalid',
    });
  });
});

describe('the URL of keys comes from a tenant and is not trusted', () => {
  test('a source at an internal address is not dialed, by name or by address', async () => {
    const server = createServer();
    const sockets = openSocketsOf(server);
    let connections = 0;
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const policy = createAddressPolicy([]);
    const lookup = (): Promise<{ address: string }[]> => Promise.resolve([{ address: '127.0.0.1' }]);
    const verifier = verifierWith({ policy, plainPolicy: policy, lookupFor: () => lookup });
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', 'keys.test']) {
      const result = await verifier.verify(await issuer.sign(), published(`https://${host}:${port}/`));
      expect(result).toMatchObject(unavailable);
      expect(result).toHaveProperty('cause', expect.stringContaining('upstream_forbidden_address'));
    }
    expect(connections).toBe(0);
    expect(sockets.size).toBe(0);
    server.close();
  });

  test('without TLS only addresses that the operator allowed are dialed', async () => {
    const token = await issuer.sign();
    const nowhere = { isAllowed: () => false };
    expect(await verifierWith({ plainPolicy: nowhere }).verify(token, published())).toMatchObject(
      unavailable,
    );
    expect(await verifierWith({ policy: nowhere }).verify(token, published())).toMatchObject({ ok: true });
  });
});

describe('keys over TLS', () => {
  async function verifyOver(host: string, input: Partial<TokenVerifierInput>): Promise<unknown> {
    const [cert, key] = await Promise.all(['default.crt', 'default.key'].map(testCertificate));
    const server = createTlsServer({ cert, key }, (_, response) =>
      response.end(JSON.stringify({ keys: issuer.keys })),
    );
    const sockets = openSocketsOf(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const lookup = (): Promise<{ address: string }[]> => Promise.resolve([{ address: '127.0.0.1' }]);
    const nowhere = { isAllowed: () => false };
    const verifier = verifierWith({ lookupFor: () => lookup, plainPolicy: nowhere, ...input });
    const result = await verifier.verify(await issuer.sign(), published(`https://${host}:${port}/keys`));
    for (const socket of sockets) socket.destroy();
    server.close();
    return result;
  }

  test('keys are accepted over TLS with a trusted certificate for the name of the URL', async () => {
    const trustedCertificates = await testCertificate('ca.crt');
    expect(await verifyOver('default.test', { trustedCertificates })).toMatchObject({ ok: true });
    expect(await verifyOver('127.0.0.1', { trustedCertificates })).toMatchObject({ ok: true });
  });

  test.each([
    ['of another authority', 'default.test', 'other-ca.crt', 'certificate'],
    ['of an authority that the system does not trust', 'default.test', null, 'certificate'],
    ['for another name', 'elsewhere.test', 'ca.crt', 'elsewhere.test'],
  ])('keys are refused if the source has a certificate %s', async (_, host, authority, cause) => {
    const trusted = authority === null ? {} : { trustedCertificates: await testCertificate(authority) };
    const result = await verifyOver(host, trusted);
    expect(result).toMatchObject(unavailable);
    expect(result).toHaveProperty('cause', expect.stringContaining(cause));
  });
});
