import { hash, timingSafeEqual } from 'node:crypto';
import { base62Checksum, checksumLength, randomBase62, secretLength } from './base62.js';

// slc_ | public part | _ | secret | checksum
const publicLength = 12;
const keyPattern = new RegExp(
  `^(slc_[0-9A-Za-z]{${publicLength}})_([0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checksumLength}})$`,
);

/** A new key. `key` is shown to the client once; `prefix` and `secretHash` are stored. */
export interface GeneratedApiKey {
  key: string;
  prefix: string;
  secretHash: string;
}

/** A presented key with a valid form and checksum, not looked up yet. */
export interface PresentedApiKey {
  prefix: string;
  secretHash: string;
}

/** Generates a key with a secret of 256 random bits. */
export function generateApiKey(): GeneratedApiKey {
  const prefix = `slc_${randomBase62(publicLength)}`;
  const secret = randomBase62(secretLength);
  return {
    key: `${prefix}_${secret}${base62Checksum(`${prefix}_${secret}`)}`,
    prefix,
    secretHash: hash('sha256', secret),
  };
}

/** Parses a presented key; null if it is not a key or has a wrong checksum, so that it needs no look-up. */
export function parseApiKey(text: string): PresentedApiKey | null {
  const [, prefix, secret, presentedChecksum] = keyPattern.exec(text) ?? [];
  if (prefix === undefined || secret === undefined) return null;
  if (presentedChecksum !== base62Checksum(`${prefix}_${secret}`)) return null;
  return { prefix, secretHash: hash('sha256', secret) };
}

/** Compares two SHA-256 in hexadecimal, in constant time. */
export function isSameSecret(presentedHash: string, storedHash: string): boolean {
  const presented = Buffer.from(presentedHash, 'latin1');
  const stored = Buffer.from(storedHash, 'latin1');
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}
