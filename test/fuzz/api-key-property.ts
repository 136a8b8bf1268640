import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { hasSecret } from '#libs/credentials';
import { base62Checksum, secretLength } from '../../libs/credentials/base62.js';
import { loadAddon } from '../../libs/engine/load-addon.js';
import { fuzzProperty } from './fuzz-property.js';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base62 = fc.nat({ max: alphabet.length - 1 }).map((index) => alphabet.charAt(index));
/** Beside the ranges of the alphabet, outside of ASCII, and with the low byte of a letter or digit. */
const others = fc
  .constantFrom(
    0,
    0x0a,
    0x20,
    0x2d,
    0x2f,
    0x3a,
    0x40,
    0x5b,
    0x5f,
    0x60,
    0x7b,
    0x7f,
    0x80,
    0xff,
    0x130,
    0xd83d,
  )
  .map((unit) => String.fromCharCode(unit));
const textOf = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: base62, minLength: length, maxLength: length });

interface Change {
  at: number;
  removed: number;
  /** Null: the character at this place, with another high byte. */
  inserted: string | null;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat({ max: 66 }),
  removed: fc.nat({ max: 2 }),
  inserted: fc.oneof(base62, others, fc.constantFrom('', null)),
});
const digitChange: fc.Arbitrary<Change> = fc.record({
  at: fc.nat({ max: 63 }),
  removed: fc.constant(1),
  inserted: fc.constantFrom('0', '9', 'a', 'f', 'A', 'F'),
});

/** The same text as V8 may store it: flat, as a part of another, in two bytes, or as a concatenation. */
const representations: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Bearer ${text}`.slice('Bearer '.length),
  (text) => `💥${text}`.slice('💥'.length),
  (text) => text.slice(0, 30).concat(text.slice(30)),
];

/** The key check of the engine and the one in TypeScript decide alike. */
export const checksKeysAlike = fuzzProperty({
  name: 'checks-keys-alike',
  claim: 'the engine and TypeScript accept the same keys with the same hashes',
  share: 0.01,
  cases: fc.record({
    begin: fc.oneof({ weight: 8, arbitrary: fc.constant('slc_') }, fc.constantFrom('slt_', 'SLC_', 'slc-')),
    publicPart: textOf(12),
    secret: textOf(secretLength),
    hasChecksum: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    changes: fc.array(change, { maxLength: 2 }),
    represent: fc.constantFrom(...representations),
    hashChanges: fc.array(fc.oneof(change, digitChange), { maxLength: 1 }),
  }),
  holds: ({ begin, publicPart, secret, hasChecksum, changes, represent, hashChanges }) => {
    const loaded = loadAddon();
    assert.ok(loaded.ok);
    const unsigned = `${begin}${publicPart}_${secret}`;
    const key = `${unsigned}${hasChecksum ? base62Checksum(unsigned) : '000000'}`;
    const text = represent(changes.reduce(changed, key));
    const ownHash = hash('sha256', secret);
    const secretHash = hashChanges.reduce(changed, ownHash);
    const isAccepted = loaded.addon.hasSecret(text, secretHash);
    assert.equal(isAccepted, hasSecret(text, secretHash));
    if (begin === 'slc_' && hasChecksum && text === key && secretHash === ownHash) assert.ok(isAccepted);
  },
});

function changed(text: string, { at, removed, inserted }: Change): string {
  const added = inserted ?? String.fromCharCode(text.charCodeAt(at) + 0x100);
  return text.slice(0, at) + added + text.slice(at + (inserted === null ? 1 : removed));
}
