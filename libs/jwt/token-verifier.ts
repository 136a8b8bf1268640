import { createLocalJWKSet, type JWTPayload, type LocalJWKSet } from 'jose';
import type { JwtAuth } from '#libs/contract';
import type { AddressPolicy, LookupAddresses } from '#libs/upstreams';
import { fetchKeySet } from './fetch-key-set.js';
import { RemoteKeySet } from './remote-key-set.js';
import { missingClaim } from './required-claims.js';
import { verifyToken, type VerifyResult } from './verify-token.js';

/** What a connection keeps of the token that it was admitted by. */
export interface AcceptedToken {
  /** The claim `sub`; null where the token has none. */
  subject: string | null;
  /** Milliseconds since 1970 from which on the token is no longer good, the clock tolerance included. */
  expiresAtMs: number;
}

/** `detail` may be told to the client; `cause` is for the record. */
export type TokenResult =
  | { ok: true; token: AcceptedToken }
  | { ok: false; code: 'token_required' }
  | { ok: false; code: 'token_invalid' | 'token_expired'; cause: string }
  | { ok: false; code: 'token_forbidden'; detail: string }
  | { ok: false; code: 'token_keys_unavailable'; cause: string; retryAfterSeconds: number };

export interface TokenVerifierInput {
  /** What a source of keys may be dialed at. */
  policy: AddressPolicy;
  /** The same for a source without TLS: whoever stands in between could give it keys of their own. */
  plainPolicy: AddressPolicy;
  logger: { warn(fields: object, message: string): void };
  /** Milliseconds since 1970. */
  now: () => number;
  /** Resolves names for a tenant. */
  lookupFor: (tenantId: string) => LookupAddresses;
  /** Certificates to trust in place of the system's, in PEM. */
  trustedCertificates?: string;
  /** How long one fetch of keys may take; 5,000 unless told. */
  fetchTimeoutMs?: number;
}

const usualFetchTimeoutMs = 5000;
const retryAfterSeconds = 5;
// Some kilobytes each. One that goes is fetched again when it is needed.
const maxSources = 1000;

/** Checks the JWTs of clients, with the keys that the route lists or that its URL publishes. */
export class TokenVerifier {
  /** By URL, the least recently used first. */
  readonly #sources = new Map<string, RemoteKeySet>();
  readonly #listed = new WeakMap<JwtAuth, LocalJWKSet>();
  readonly #stopped = new AbortController();

  constructor(private readonly input: TokenVerifierInput) {}

  /** @param presented the token as the client wrote it; null where there is none */
  async verify(presented: string | null, auth: JwtAuth, tenantId: string): Promise<TokenResult> {
    if (presented === null) return { ok: false, code: 'token_required' };
    const { jwksUrl } = auth;
    const result = await (jwksUrl === null
      ? this.#verify(presented, this.#listedKeys(auth), auth)
      : this.#verifyRemote(presented, auth, this.#source(jwksUrl, tenantId), jwksUrl));
    if (result.ok) return accept(result.claims, auth);
    if (result.code === 'token_keys_unavailable') return result;
    const { code, cause } = result;
    return { ok: false, code: code === 'unknown_key' ? 'token_invalid' : code, cause };
  }

  /** Ends the fetches that are under way. */
  stop(): void {
    this.#stopped.abort();
  }

  async #verifyRemote(
    token: string,
    auth: JwtAuth,
    source: RemoteKeySet,
    url: string,
  ): Promise<VerifyResult | Extract<TokenResult, { code: 'token_keys_unavailable' }>> {
    const got = await source.get();
    if (!got.ok) {
      const cause = `the keys of ${url} could not be fetched: ${got.detail}`;
      return { ok: false, code: 'token_keys_unavailable', cause, retryAfterSeconds };
    }
    const result = await this.#verify(token, got.keySet, auth);
    if (result.ok || result.code !== 'unknown_key') return result;
    const newer = await source.newerThan(got.keySet);
    return newer ? this.#verify(token, newer, auth) : result;
  }

  #verify(token: string, keySet: LocalJWKSet, auth: JwtAuth): Promise<VerifyResult> {
    return verifyToken(token, keySet, auth, new Date(this.input.now()));
  }

  #listedKeys(auth: JwtAuth): LocalJWKSet {
    const known = this.#listed.get(auth);
    if (known) return known;
    const keySet = createLocalJWKSet({ keys: auth.keys ?? [] });
    this.#listed.set(auth, keySet);
    return keySet;
  }

  #source(url: string, tenantId: string): RemoteKeySet {
    const source = this.#sources.get(url) ?? this.#createSource(url, tenantId);
    this.#sources.delete(url);
    this.#sources.set(url, source);
    if (this.#sources.size > maxSources) {
      const [oldest = ''] = this.#sources.keys();
      this.#sources.delete(oldest);
    }
    return source;
  }

  #createSource(text: string, tenantId: string): RemoteKeySet {
    const { policy, plainPolicy, trustedCertificates, logger } = this.input;
    const { fetchTimeoutMs: connectMs = usualFetchTimeoutMs } = this.input;
    const url = new URL(text);
    const fetch = (): ReturnType<typeof fetchKeySet> =>
      fetchKeySet({
        url,
        policy: url.protocol === 'https:' ? policy : plainPolicy,
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(connectMs)]),
        connectMs,
        lookup: this.input.lookupFor(tenantId),
        trustedCertificates,
      });
    const onKept = (detail: string): void => {
      logger.warn({ url: text, detail }, 'newer keys could not be fetched; the last good ones are kept');
    };
    return new RemoteKeySet({ fetch, nowMs: () => performance.now(), onKept });
  }
}

function accept(claims: JWTPayload, { requiredClaims, clockToleranceSeconds }: JwtAuth): TokenResult {
  const missing = missingClaim(claims, requiredClaims);
  if (missing !== null) {
    return {
      ok: false,
      code: 'token_forbidden',
      detail: `the claim "${missing}" is not what the route asks for`,
    };
  }
  const { sub, exp = 0 } = claims;
  const expiresAtMs = (exp + clockToleranceSeconds) * 1000;
  return { ok: true, token: { subject: typeof sub === 'string' ? sub : null, expiresAtMs } };
}
