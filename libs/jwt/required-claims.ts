import type { JWTPayload } from 'jose';
import type { JwtAuth } from '#libs/contract';

/** The first required claim that is missing or has another value; null if there is none. */
export function missingClaim(claims: JWTPayload, required: JwtAuth['requiredClaims']): string | null {
  for (const [name, wanted] of Object.entries(required)) {
    if (!holds(name, Object.hasOwn(claims, name) ? claims[name] : undefined, wanted)) return name;
  }
  return null;
}

function holds(name: string, claim: unknown, wanted: string | number | boolean): boolean {
  if (Array.isArray(claim)) return claim.includes(wanted);
  if (claim === wanted) return true;
  // A list separated by spaces (RFC 8693 §4.2).
  return name === 'scope' && typeof claim === 'string' && claim.split(' ').some((scope) => scope === wanted);
}
