const maxModulusBits = 4096;
const maxExponentBits = 32;

/**
 * Why the size of an RSA public key (RFC 7518 §6.3.1) is not accepted, or null: the cost of verifying a
 * signature grows with both numbers.
 */
export function rsaKeyProblem({
  n,
  e,
}: {
  n: string;
  e: string;
}): { member: 'n' | 'e'; reason: string } | null {
  if (bitsOf(n) > maxModulusBits) return { member: 'n', reason: 'the modulus must have at most 4,096 bits' };
  const exponent = Buffer.from(e, 'base64url');
  const isOdd = (exponent.at(-1) ?? 0) % 2 === 1;
  if (bitsOf(e) > maxExponentBits || bitsOf(e) < 2 || !isOdd) {
    return { member: 'e', reason: 'the exponent must be odd, at least 3, and have at most 32 bits' };
  }
  return null;
}

function bitsOf(base64url: string): number {
  const bytes = Buffer.from(base64url, 'base64url');
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return (bytes.length - first) * 8 - Math.clz32(bytes.readUInt8(first)) + 24;
}
