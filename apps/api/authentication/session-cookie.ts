import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { sessionCookieName } from '#libs/contract';
import { ADMIN_TOKEN } from '../composition/injection-tokens.js';
import type { AdminToken } from './admin-token.js';

const maxAgeSeconds = 12 * 60 * 60;
const encryption = { alg: 'dir', enc: 'A256GCM' } as const;
const audience = 'sluice-session';

/**
 * The cookie of the console. It holds the credential, encrypted, which each request checks again;
 * so a revoked credential ends its sessions, and nothing is stored. The key is derived from the
 * admin token (RFC 5869): all replicas of the API have the same one, and a new admin token ends all
 * sessions.
 */
@Injectable()
export class SessionCookie {
  readonly #key: Uint8Array;

  constructor(@Inject(ADMIN_TOKEN) { token }: AdminToken) {
    this.#key = new Uint8Array(hkdfSync('sha256', token, '', audience, 32));
  }

  /** The value of `Set-Cookie`; `isSecure`: the browser may send it over TLS only. */
  async issue(credential: string, isSecure: boolean): Promise<string> {
    const value = await new EncryptJWT({ credential })
      .setProtectedHeader(encryption)
      .setAudience(audience)
      .setExpirationTime(`${maxAgeSeconds} seconds`)
      .encrypt(this.#key);
    return setCookie(value, maxAgeSeconds, isSecure);
  }

  /** The value of `Set-Cookie` that removes it. */
  remove(isSecure: boolean): string {
    return setCookie('', 0, isSecure);
  }

  /** The credential in the field `Cookie`; null without a valid, unexpired session. */
  async credentialIn(cookies: string | undefined): Promise<string | null> {
    for (const value of sessionValues(cookies)) {
      const credential = await this.#open(value);
      if (credential !== null) return credential;
    }
    return null;
  }

  async #open(value: string): Promise<string | null> {
    try {
      const { payload } = await jwtDecrypt(value, this.#key, {
        audience,
        keyManagementAlgorithms: [encryption.alg],
        contentEncryptionAlgorithms: [encryption.enc],
      });
      return typeof payload['credential'] === 'string' ? payload['credential'] : null;
    } catch {
      return null;
    }
  }
}

// Browsers send at most a few cookies of one name; more would only cost decryptions.
const maxValues = 4;

function sessionValues(cookies = ''): string[] {
  const prefix = `${sessionCookieName}=`;
  const named = cookies.split(';').map((cookie) => cookie.trim());
  return named
    .filter((cookie) => cookie.startsWith(prefix))
    .slice(0, maxValues)
    .map((cookie) => cookie.slice(prefix.length));
}

function setCookie(value: string, seconds: number, isSecure: boolean): string {
  const attributes = ['Path=/v1', `Max-Age=${seconds}`, 'HttpOnly', 'SameSite=Strict'];
  if (isSecure) attributes.push('Secure');
  return [`${sessionCookieName}=${value}`, ...attributes].join('; ');
}
