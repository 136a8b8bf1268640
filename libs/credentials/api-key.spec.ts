import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateApiKey, isSameSecret, parseApiKey } from './api-key.js';

const tokenCharacters = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

describe('API key', () => {
  test('a key is found by its prefix and proves its secret', () => {
    const { key, prefix, secretHash } = generateApiKey();
    expect(key.startsWith(`${prefix}_`)).toBe(true);
    expect(parseApiKey(key)).toEqual({ prefix, secretHash });
  });

  test('a key needs no encoding in a header, a query and a subprotocol', () => {
    const { key } = generateApiKey();
    expect(key).toMatch(tokenCharacters);
    expect(encodeURIComponent(key)).toBe(key);
  });

  test('each generated key is different', () => {
    const keys = Array.from({ length: 1000 }, () => generateApiKey());
    expect(new Set(keys.map(({ prefix }) => prefix)).size).toBe(1000);
    expect(new Set(keys.map(({ secretHash }) => secretHash)).size).toBe(1000);
  });

  test('a key with one mistyped character is refused without a look-up', () => {
    const { key } = generateApiKey();
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: key.length - 1 }),
        fc.constantFrom('0', 'a', 'Z', '9', '_'),
        (position, character) => {
          fc.pre(key[position] !== character);
          expect(parseApiKey(key.slice(0, position) + character + key.slice(position + 1))).toBeNull();
        },
      ),
    );
  });

  test.each(['', 'slc_', 'slc_short', 'Bearer slc_x', '💥'])(
    'a text that is not a key is refused: %s',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );

  test('the hash of a key does not contain its secret', () => {
    const { key, secretHash } = generateApiKey();
    expect(secretHash).toMatch(/^[0-9a-f]{64}$/);
    expect(secretHash).not.toContain(key.slice(17, 30));
  });

  test('secrets are equal only if their hashes are', () => {
    const [one, other] = [generateApiKey().secretHash, generateApiKey().secretHash];
    expect(isSameSecret(one, one)).toBe(true);
    expect(isSameSecret(one, other)).toBe(false);
    expect(isSameSecret(one, one.slice(1))).toBe(false);
  });
});
