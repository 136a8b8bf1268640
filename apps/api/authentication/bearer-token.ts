/** The token of an `Authorization: Bearer` field (RFC 6750 §2.1); null when there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
