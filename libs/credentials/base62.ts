import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

// Every character is an RFC 9110 token character, so that keys and tickets need no encoding in a header, a
// query or an offered subprotocol.
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The number of characters of a checksum: 62⁶ > 2³². */
export const checksumLength = 6;

/** The number of characters of a secret: 43 × log2(62) = 256 bits. */
export const secretLength = 43;

/** Random letters and digits, of log2(62) bits each. */
export function randomBase62(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** The CRC-32 of a text in base 62; it detects a mistyped secret, and reveals nothing about it. */
export function base62Checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let index = 0; index < checksumLength; index += 1) {
    digits = alphabet.charAt(rest % alphabet.length) + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
