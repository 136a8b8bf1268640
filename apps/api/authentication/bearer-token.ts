/** The token of an `Authorization: Bearer` header field (RFC 6750 §2.1), or null. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
