import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
  type LocalJWKSet,
} from 'jose';
import { errorMessage } from '#libs/async';
import type { JwtAuth } from '#libs/contract';

/**
 * `no_fitting_key`: no key of the set verifies the signature, so a newer set may. `cause` is for the record.
 */
export type VerifyResult =
  | { ok: true; claims: JWTPayload }
  | { ok: false; code: 'token_invalid' | 'token_expired' | 'no_fitting_key'; cause: string };

type VerifyFailure = Extract<VerifyResult, { ok: false }>;

/**
 * The reason why no key can verify the token: it is not a JWT, or not for this route. Null if a key may; the
 * token is not verified yet then.
 */
export function unverifiableReason(token: string, auth: JwtAuth): string | null {
  try {
    const { alg } = decodeProtectedHeader(token);
    if (!auth.algorithms.some((algorithm) => algorithm === alg))
      return 'the route does not take its algorithm';
    return decodeJwt(token).iss === auth.issuer ? null : 'it is of another issuer';
  } catch (error) {
    return errorMessage(error);
  }
}

/**
 * Verifies that a JWT is signed by one of the keys, with an algorithm that the route accepts, for its issuer
 * and audience, and within its time. `exp` is required, since it determines the end of the connection.
 */
export async function verifyToken(
  token: string,
  keySet: LocalJWKSet,
  auth: JwtAuth,
  now: Date,
): Promise<VerifyResult> {
  const options: JWTVerifyOptions = {
    algorithms: auth.algorithms,
    issuer: auth.issuer,
    audience: auth.audience,
    clockTolerance: auth.clockToleranceSeconds,
    requiredClaims: ['exp'],
    currentDate: now,
  };
  try {
    const { payload } = await jwtVerify(token, keySet, options);
    return { ok: true, claims: payload };
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return failureOf(error);
    return verifyWithEach(token, error, options);
  }
}

// For a token without a `kid` and a set with several keys of its kind (RFC 7517 §4.5 makes `kid` optional).
async function verifyWithEach(
  token: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<VerifyResult> {
  let failure: VerifyFailure = { ok: false, code: 'no_fitting_key', cause: 'no key verifies the signature' };
  try {
    for await (const key of keys) {
      const attempt = await jwtVerify(token, key, options).catch(failureOf);
      if ('payload' in attempt) return { ok: true, claims: attempt.payload };
      // The failure of a matching key takes precedence over keys that do not match.
      if (attempt.code !== 'no_fitting_key') failure = attempt;
      if (attempt.code === 'token_expired') return attempt;
    }
  } catch (error) {
    return failureOf(error);
  }
  return failure;
}

// Token and key set both come from outside, so any failure is a refusal and not a bug.
function failureOf(error: unknown): VerifyFailure {
  const cause = errorMessage(error);
  if (error instanceof errors.JWTExpired) return { ok: false, code: 'token_expired', cause };
  const isUnverified =
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
  if (isUnverified) return { ok: false, code: 'no_fitting_key', cause };
  return { ok: false, code: 'token_invalid', cause };
}
