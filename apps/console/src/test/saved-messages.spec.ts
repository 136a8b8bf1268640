import { expect, test } from 'vitest';
import { readSavedMessages, removeMessage, saveMessage } from './saved-messages.js';

function storageWith(text: string | null = null, isFull = false): Storage {
  let stored = text;
  return {
    ...{ length: 0, clear: () => undefined, key: () => null, removeItem: () => undefined },
    getItem: () => stored,
    setItem: (_key, value) => {
      if (isFull) throw new Error('QuotaExceededError');
      stored = value;
    },
  };
}

test('a message is kept once, the newest first, and at most fifty are', () => {
  const storage = storageWith();
  for (let count = 0; count < 60; count += 1)
    saveMessage({ kind: 'text', text: `message ${count}` }, storage);
  saveMessage({ kind: 'text', text: 'message 30' }, storage);
  const messages = readSavedMessages(storage);
  expect([messages.length, messages[0], messages[1]]).toEqual([
    50,
    { kind: 'text', text: 'message 30' },
    { kind: 'text', text: 'message 59' },
  ]);
  removeMessage({ kind: 'text', text: 'message 30' }, storage);
  expect(readSavedMessages(storage)).toHaveLength(49);
});

test('what is no message in the storage is ignored', () => {
  expect(readSavedMessages(storageWith('{'))).toEqual([]);
  expect(readSavedMessages(storageWith('{"kind":"text"}'))).toEqual([]);
  const stored = [
    null,
    7,
    { kind: 'other', text: 'a' },
    { kind: 'json', text: 1 },
    { kind: 'json', text: '{}' },
  ];
  expect(readSavedMessages(storageWith(JSON.stringify(stored)))).toEqual([{ kind: 'json', text: '{}' }]);
});

test('a message that is too long, or for which the browser has no room, is not saved', () => {
  const storage = storageWith();
  expect(saveMessage({ kind: 'text', text: 'x'.repeat(65 * 1024) }, storage)).toBeNull();
  expect(saveMessage({ kind: 'text', text: 'x' }, storageWith(null, true))).toBeNull();
  expect(readSavedMessages(storage)).toEqual([]);
});
