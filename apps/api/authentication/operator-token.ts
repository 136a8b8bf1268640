import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

// slo_ | public part | _ | secret of 32 bytes | checksum
const tokenPattern = /^(slo_[0-9a-f]{16})_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/** What is stored of a token: the public part by which it is found, and a SHA-256 of its secret. */
export interface OperatorTokenParts {
  prefix: string;
  secretHash: string;
}

/** Makes a token with a secret of 256 random bits; `token` goes to the client once. */
export function generateOperatorToken(): OperatorTokenParts & { token: string } {
  const prefix = `slo_${randomBytes(8).toString('hex')}`;
  const secret = randomBytes(32).toString('base64url');
  return {
    token: `${prefix}_${secret}${checksum(prefix, secret)}`,
    prefix,
    secretHash: hash('sha256', secret),
  };
}

/** Takes a presented token apart; null when it is none or was mistyped, which needs no look-up. */
export function parseOperatorToken(text: string): OperatorTokenParts | null {
  const [, prefix, secret, presented] = tokenPattern.exec(text) ?? [];
  if (prefix === undefined || secret === undefined || presented !== checksum(prefix, secret)) return null;
  return { prefix, secretHash: hash('sha256', secret) };
}

function checksum(prefix: string, secret: string): string {
  return crc32(`${prefix}_${secret}`).toString(16).padStart(8, '0');
}
