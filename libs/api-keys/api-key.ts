import { hash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

// slc_ | public part (12) | _ | secret (43) | checksum (6), all base 62: every character is an RFC 9110 token
// character, so that a key fits into a header, a query and an offered subprotocol as it is.
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const publicLength = 12;
const secretLength = 43; // 43 × log2(62) = 256 bits
const checksumLength = 6; // 62⁶ > 2³²
const keyPattern = new RegExp(
  `^(slc_[0-9A-Za-z]{${publicLength}})_([0-9A-Za-z]{${secretLength}})([0-9A-Za-z]{${checksumLength}})$`,
);

/** A key that was just made. `key` goes to the client once; `prefix` and `secretHash` are stored. */
export interface GeneratedApiKey {
  key: string;
  prefix: string;
  secretHash: string;
}

/** A presented key of the right form whose checksum holds; whether it is known is for the look-up to say. */
export interface PresentedApiKey {
  prefix: string;
  secretHash: string;
}

/** Makes a key with a secret of 256 random bits. */
export function generateApiKey(): GeneratedApiKey {
  const prefix = `slc_${randomCharacters(publicLength)}`;
  const secret = randomCharacters(secretLength);
  return {
    key: `${prefix}_${secret}${checksum(prefix, secret)}`,
    prefix,
    secretHash: hash('sha256', secret),
  };
}

/** Takes a presented key apart; null when it is no key or was mistyped, which needs no look-up. */
export function parseApiKey(text: string): PresentedApiKey | null {
  const [, prefix, secret, presentedChecksum] = keyPattern.exec(text) ?? [];
  if (prefix === undefined || secret === undefined) return null;
  if (presentedChecksum !== checksum(prefix, secret)) return null;
  return { prefix, secretHash: hash('sha256', secret) };
}

/** Whether two SHA-256 in hexadecimal are the same, in a time that does not depend on where they differ. */
export function isSameSecret(presentedHash: string, storedHash: string): boolean {
  const presented = Buffer.from(presentedHash, 'latin1');
  const stored = Buffer.from(storedHash, 'latin1');
  return presented.length === stored.length && timingSafeEqual(presented, stored);
}

function randomCharacters(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

function checksum(prefix: string, secret: string): string {
  let rest = crc32(`${prefix}_${secret}`);
  let digits = '';
  for (let index = 0; index < checksumLength; index += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
