import { isDeepStrictEqual } from 'node:util';
import type { KeySource, PublishedRoute } from '#libs/contract';
import { checkOrigin, type OriginCheckResult } from './check-origin.js';
import { isAcceptedCredential } from './presented-credential.js';

/** What a route asks of its clients. */
export type AccessRules = Pick<PublishedRoute, 'auth' | 'allowedOrigins' | 'clientCertificate'>;

/**
 * What a client was admitted with. It is enough to judge the client again when the rules of its route change.
 */
export interface AdmittedAccess {
  /** The route as it was when the client was admitted. */
  route: AccessRules;
  /** The key, or null where the route asked for none. */
  apiKey: object | null;
  /** The JWT, or null where the route asked for none. */
  token: object | null;
  /** Where the request had the key, the ticket or the token; null where the route asked for none. */
  credentialSource: KeySource | null;
  /** The `Origin` of the request, shortened by `originToKeep`; null where there was none. */
  origin: string | null;
  /** Whether the client showed a certificate of an authority that the gateway trusts. */
  hasClientCertificate: boolean;
}

export type CertificateCheckResult = { ok: true } | { ok: false; code: 'client_certificate_required' };

export type AccessCheckResult =
  | CertificateCheckResult
  | OriginCheckResult
  | { ok: false; code: 'key_required' | 'token_required' | 'token_invalid'; cause: string };

/**
 * Whether the rules of a route, as they are now, would admit a client that earlier rules of it have admitted.
 * The token is not kept, so a token counts as long as `auth.jwt` is what it was checked against. The caller
 * checks the key with `checkProvedKey`.
 */
export function checkAccess(rules: AccessRules, admitted: AdmittedAccess): AccessCheckResult {
  // The same object as long as no change names the route: a change of a tenant or a
  // key costs no check of origins.
  if (rules === admitted.route) return { ok: true };
  const certificate = checkClientCertificate(rules, admitted.hasClientCertificate);
  if (!certificate.ok) return certificate;
  const origin = checkOrigin(rules.allowedOrigins, admitted.origin === null ? [] : [admitted.origin]);
  if (!origin.ok) return origin;
  return checkCredential(rules, admitted);
}

export function checkClientCertificate(
  { clientCertificate }: Pick<AccessRules, 'clientCertificate'>,
  hasClientCertificate: boolean,
): CertificateCheckResult {
  if (clientCertificate === 'none' || hasClientCertificate) return { ok: true };
  return { ok: false, code: 'client_certificate_required' };
}

function checkCredential({ auth }: Pick<AccessRules, 'auth'>, admitted: AdmittedAccess): AccessCheckResult {
  const { route, apiKey, token, credentialSource: source } = admitted;
  const cause = 'the rules of the route changed after the client was admitted';
  switch (auth.mode) {
    case 'none':
      return { ok: true };
    case 'apiKey': {
      const isAccepted = apiKey && source && isAcceptedCredential({ kind: 'apiKey', source }, auth);
      return isAccepted ? { ok: true } : { ok: false, code: 'key_required', cause };
    }
    case 'jwt': {
      const isAccepted = token && source && isAcceptedCredential({ kind: 'jwt', source }, auth);
      if (!isAccepted) return { ok: false, code: 'token_required', cause };
      const isSame = isDeepStrictEqual(auth.jwt, route.auth.jwt);
      return isSame ? { ok: true } : { ok: false, code: 'token_invalid', cause };
    }
    default:
      return auth.mode satisfies never;
  }
}
