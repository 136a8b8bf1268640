import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

// slo_ | public part | _ | secret of 32 bytes | checksum
const tokenPattern = /^(slo_[0-9a-f]{16})_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/** The stored parts of a token: the public prefix that finds it, and a SHA-256 of its secret. */
export interface OperatorTokenParts {
  prefix: string;
  secretHash: string;
}

/** Generates a token with a secret of 256 random bits; `token` is shown to the client once. */
export function generateOperatorToken(): OperatorTokenParts & { token: string } {
  const prefix = `slo_${randomBytes(8).toString('hex')}`;
  const secret = randomBytes(32).toString('base64url');
  return {
    token: `${prefix}_${secret}${checksum(prefix, secret)}`,
    prefix,
    secretHash: hash('sha256', secret),
  };
}

/**
 * Parses a presented token; null when it is malformed or its checksum is wrong, so that it needs no look-up.
 */
export function parseOperatorToken(text: string): OperatorTokenParts | null {
  const [, prefix, secret, presented] = tokenPattern.exec(text) ?? [];
  if (prefix === undefined || secret === undefined || presented !== checksum(prefix, secret)) return null;
  return { prefix, secretHash: hash('sha256', secret) };
}

function checksum(prefix: string, secret: string): string {
  return crc32(`${prefix}_${secret}`).toString(16).padStart(8, '0');
}
