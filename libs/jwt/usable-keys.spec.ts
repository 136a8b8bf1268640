import { expect, test } from 'vitest';
import { usableKeys } from './usable-keys.js';

const exponent = 'AQAB';

function modulus(bits: number): string {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  if (bits % 8 !== 0) bytes[0] = 2 ** (bits % 8) - 1;
  return bytes.toString('base64url');
}

function base64url(...bytes: number[]): string {
  return Buffer.from(bytes).toString('base64url');
}

test.each<[string, string, string]>([
  ['2,048 bits', modulus(2048), exponent],
  ['4,096 bits', modulus(4096), exponent],
  [
    '4,096 bits behind a zero byte',
    Buffer.concat([Buffer.alloc(1), Buffer.alloc(512, 255)]).toString('base64url'),
    exponent,
  ],
  ['the exponent 3', modulus(2048), base64url(3)],
  ['an exponent of 32 bits', modulus(2048), base64url(255, 255, 255, 255)],
])('an RSA key with %s is used', (_, n, e) => {
  expect(usableKeys([{ kty: 'RSA', n, e }])).toEqual([{ kty: 'RSA', n, e }]);
});

test.each<[string, string, string]>([
  ['4,097 bits', modulus(4097), exponent],
  ['16,384 bits', modulus(16_384), exponent],
  ['an exponent of 33 bits', modulus(2048), base64url(1, 0, 0, 0, 1)],
  ['an exponent as long as its modulus', modulus(2048), modulus(2048)],
  ['an even exponent', modulus(2048), base64url(4)],
  ['the exponent 1, with which anyone can sign', modulus(2048), base64url(1)],
  ['no exponent', modulus(2048), ''],
])('an RSA key with %s is not used', (_, n, e) => {
  expect(usableKeys([{ kty: 'RSA', n, e }])).toEqual([]);
});

test('other members of a key, and keys for other uses, are dropped', () => {
  const key = { kty: 'OKP', crv: 'Ed25519', x: 'a'.repeat(43), kid: 'one', use: 'sig' };
  const secret = { kty: 'oct', k: 'secret' };
  const unknown = { kty: 'AKP', pub: 'a' };
  const large = { ...key, kid: 'k'.repeat(513) };
  expect(usableKeys([secret, { ...key, x5c: ['x'.repeat(10_000)] }, unknown, large])).toEqual([key]);
});
