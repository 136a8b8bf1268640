import { hash, timingSafeEqual } from 'node:crypto';
import { base62Checksum, checksumLength, randomBase62, secretLength } from './base62.js';

// slc_ | public part | _ | secret | checksum
const publicLength = 12;
const keyPattern = new RegExp(
  `^slc_[0-9A-Za-z]{${publicLength}}_[0-9A-Za-z]{${secretLength + checksumLength}}$`,
);
const secretAt = 'slc_'.length + publicLength + '_'.length;
const checksumAt = secretAt + secretLength;

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

/** The public prefix of a key, without checking whether the text is one. */
export function prefixOf(key: string): string {
  return key.slice(0, secretAt - 1);
}

/** Parses a presented key; null if it is not a key or has a wrong checksum, so that it needs no query. */
export function parseApiKey(text: string): PresentedApiKey | null {
  if (!keyPattern.test(text)) return null;
  if (text.slice(checksumAt) !== base62Checksum(text.slice(0, checksumAt))) return null;
  return {
    prefix: prefixOf(text),
    secretHash: hash('sha256', text.slice(secretAt, checksumAt)),
  };
}

/**
 * Whether a text is a key with a valid form and checksum whose secret has this SHA-256, in hexadecimal. It
 * takes the same time for each `secretHash`. The engine has the same in native code, in a third of the time.
 */
export function hasSecret(text: string, secretHash: string): boolean {
  const presented = parseApiKey(text);
  return presented !== null && isSameSecret(presented.secretHash, secretHash);
}

/** `hasSecret`, in TypeScript or in native code. */
export type SecretCheck = typeof hasSecret;

/** Compares two SHA-256 in hexadecimal, in constant time. */
export function isSameSecret(presentedHash: string, storedHash: string): boolean {
  const presented = Buffer.from(presentedHash, 'latin1');
  const stored = Buffer.from(storedHash, 'latin1');
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}
