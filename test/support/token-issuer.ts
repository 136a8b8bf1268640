import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

interface SigningKey {
  privateKey: CryptoKey;
  publicKey: JWK;
}

/** A token issuer that serves its public keys over HTTP, and can be made to misbehave. */
export class TokenIssuer {
  readonly issuer = 'https://id.test';
  readonly audience = 'chat';
  /** The number of requests for its keys. */
  requests = 0;
  /** The behaviour that replaces serving the keys. */
  answer: RequestListener | null = null;
  #keys: SigningKey[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.requests += 1;
      if (this.answer) this.answer(request, response);
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: this.keys }));
    });
  }

  static async start(): Promise<TokenIssuer> {
    const server = createServer();
    const issuer = new TokenIssuer(server);
    await issuer.rotate('key-1');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return issuer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${this.port}/jwks.json?of=test`;
  }

  get keys(): JWK[] {
    return this.#keys.map(({ publicKey }) => publicKey);
  }

  /** From now on signs with a new key, and publishes only that key. */
  async rotate(kid: string | null): Promise<void> {
    this.#keys = [await signingKey(kid)];
  }

  /** Publishes an unused key before the signing key. */
  async addOther(kid: string | null): Promise<void> {
    this.#keys.unshift(await signingKey(kid));
  }

  /** A token that is valid for a minute; claims with the value `undefined` are omitted. */
  sign(claims: Record<string, unknown> = {}, header: { alg?: string; kid?: string } = {}): Promise<string> {
    const key = this.#keys.at(-1);
    if (!key) throw new Error('the issuer has no key');
    const { kid } = key.publicKey;
    // Longer than any test takes, also on a busy machine.
    const exp = Math.floor(Date.now() / 1000) + 600;
    return new SignJWT({ iss: this.issuer, aud: this.audience, sub: 'ann', exp, ...claims })
      .setProtectedHeader({ alg: 'ES256', ...(kid !== undefined && { kid }), ...header })
      .sign(key.privateKey);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

async function signingKey(kid: string | null): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, publicKey: { ...(await exportJWK(publicKey)), ...(kid !== null && { kid }) } };
}
