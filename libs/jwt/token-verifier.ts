import { createLocalJWKSet, type JWTPayload, type LocalJWKSet } from 'jose';
import type { JwtAuth } from '#libs/contract';
import { KeySources, maxSourcesPerTenant, type KeySourcesInput } from './key-sources.js';
import { missingClaim } from './required-claims.js';
import { usableKeys } from './usable-keys.js';
import { unverifiableReason, verifyToken, type VerifyResult } from './verify-token.js';

/** The data of a token that its connection keeps. */
export interface AcceptedToken {
  /** The claim `sub`; null if the token has none. */
  subject: string | null;
  /** When the token expires, in milliseconds since 1970, the clock tolerance included. */
  expiresAtMs: number;
}

/** `detail` may be shown to the client; `cause` is for the record. */
export type TokenResult =
  | { ok: true; token: AcceptedToken }
  | { ok: false; code: 'token_required' }
  | { ok: false; code: 'token_invalid' | 'token_expired'; cause: string }
  | { ok: false; code: 'token_forbidden'; detail: string }
  | { ok: false; code: 'token_keys_unavailable'; cause: string; retryAfterSeconds: number };

export interface TokenVerifierInput extends KeySourcesInput {
  /** Milliseconds since 1970. */
  now: () => number;
}

const retryAfterSeconds = 5;

type KeysUnavailable = Extract<TokenResult, { code: 'token_keys_unavailable' }>;

/** Verifies the JWTs of clients with the keys that the route lists or that its URL publishes. */
export class TokenVerifier {
  readonly #sources: KeySources;
  readonly #listed = new WeakMap<JwtAuth, LocalJWKSet>();

  constructor(private readonly input: TokenVerifierInput) {
    this.#sources = new KeySources(input);
  }

  /**
   * @param presented the token as the client sent it; null if there is none
   * @param tenantId the tenant of the route, for its bounds
   */
  async verify(presented: string | null, auth: JwtAuth, tenantId: string): Promise<TokenResult> {
    if (presented === null) return { ok: false, code: 'token_required' };
    const result = await (auth.jwksUrl === null
      ? this.#verify(presented, this.#listedKeys(auth), auth)
      : this.#verifyRemote(presented, auth, { url: auth.jwksUrl, tenantId }));
    if (result.ok) return accept(result.claims, auth);
    if (result.code === 'token_keys_unavailable') return result;
    const { code, cause } = result;
    return { ok: false, code: code === 'no_fitting_key' ? 'token_invalid' : code, cause };
  }

  /** Cancels running fetches. */
  stop(): void {
    this.#sources.stop();
  }

  async #verifyRemote(
    token: string,
    auth: JwtAuth,
    { url, tenantId }: { url: string; tenantId: string },
  ): Promise<VerifyResult | KeysUnavailable> {
    const source = this.#sources.use(tenantId, url);
    if (source === null) return unavailable(`the tenant uses ${maxSourcesPerTenant} other URLs of keys`);
    if (!source.hasKeys) {
      const problem = unverifiableReason(token, auth);
      if (problem !== null) return { ok: false, code: 'token_invalid', cause: problem };
    }
    const got = await source.get(tenantId);
    if (!got.ok) return unavailable(`the keys of ${url} could not be fetched: ${got.detail}`);
    const result = await this.#verify(token, got.keySet, auth);
    if (result.ok || result.code !== 'no_fitting_key') return result;
    const newer = await source.newerThan(got.keySet, tenantId);
    return newer ? this.#verify(token, newer, auth) : result;
  }

  #verify(token: string, keySet: LocalJWKSet, auth: JwtAuth): Promise<VerifyResult> {
    return verifyToken(token, keySet, auth, new Date(this.input.now()));
  }

  #listedKeys(auth: JwtAuth): LocalJWKSet {
    const known = this.#listed.get(auth);
    if (known) return known;
    const keySet = createLocalJWKSet({ keys: usableKeys(auth.keys ?? []) });
    this.#listed.set(auth, keySet);
    return keySet;
  }
}

function unavailable(cause: string): KeysUnavailable {
  return { ok: false, code: 'token_keys_unavailable', cause, retryAfterSeconds };
}

function accept(claims: JWTPayload, { requiredClaims, clockToleranceSeconds }: JwtAuth): TokenResult {
  const missing = missingClaim(claims, requiredClaims);
  if (missing !== null) {
    return {
      ok: false,
      code: 'token_forbidden',
      detail: `the claim "${missing}" does not have the value that the route requires`,
    };
  }
  const { sub, exp = 0 } = claims;
  const expiresAtMs = (exp + clockToleranceSeconds) * 1000;
  return { ok: true, token: { subject: typeof sub === 'string' ? sub : null, expiresAtMs } };
}
