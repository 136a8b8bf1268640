import { isDeepStrictEqual } from 'node:util';
import { checkOrigin, type KeySource, type OriginCheckResult, type PublishedRoute } from '#libs/contract';
import { isAcceptedCredential } from './presented-credential.js';

/** The access rules of a route. */
export type AccessRules = Pick<PublishedRoute, 'auth' | 'allowedOrigins' | 'clientCertificate'>;

/**
 * The facts about an admitted client that are needed to check it again when the rules of its route change.
 */
export interface AdmittedAccess {
  /** The route as it was when the client was admitted. */
  route: AccessRules;
  /** The key; null if the route required none. */
  apiKey: object | null;
  /** The JWT; null if the route required none. */
  token: object | null;
  /** The place of the key, ticket or token in the request; null if the route required none. */
  credentialSource: KeySource | null;
  /** The `Origin` of the request, shortened by `originToKeep`; null if there was none. */
  origin: string | null;
  /** Whether the client presented a certificate of an authority that the gateway trusts. */
  hasClientCertificate: boolean;
}

export type CertificateCheckResult = { ok: true } | { ok: false; code: 'client_certificate_required' };

export type AccessCheckResult =
  | CertificateCheckResult
  | OriginCheckResult
  | { ok: false; code: 'key_required' | 'token_required' | 'token_invalid'; cause: string };

/**
 * Whether the current rules of a route would admit a client that earlier rules admitted. The token is not
 * kept, so it counts as valid until `auth.jwt` changes. The caller checks the key with `checkProvedKey`.
 */
export function checkAccess(rules: AccessRules, admitted: AdmittedAccess): AccessCheckResult {
  // The object is the same until a change contains the route, so a change of a tenant or a key does not check
  // origins.
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
