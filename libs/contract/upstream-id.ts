import { createHash } from 'node:crypto';

/**
 * The id of an upstream, like `ups_01jd3x4m5n6p7q8r`. It depends on the URL only and never changes.
 * Equivalent URLs (letter case of the host, the port of the scheme, a slash as the whole path, `http` for
 * `ws`) have the same id.
 */
export function upstreamId(url: string): string {
  const { protocol, host, pathname } = new URL(url.replace(/^http/i, 'ws'));
  const place = `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  const digest = createHash('sha256').update(place).digest();
  const characters = Array.from({ length: idLength }, (_, index) => characterAt(digest, index * 5));
  return `ups_${characters.join('')}`;
}

const idLength = 16;
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** The character for the five bits that begin at `offset`. */
function characterAt(digest: Buffer, offset: number): string {
  const bits = digest.readUInt16BE(offset >> 3) >> (11 - (offset & 7));
  return alphabet.charAt(bits & 31);
}
