import { payloadKinds, type PayloadKind } from './payload.js';

/** A message that this browser keeps. */
export interface SavedMessage {
  kind: PayloadKind;
  text: string;
}

const storageKey = 'sluice.messages';
const maxMessages = 50;
const maxCharacters = 64 * 1024;

/** The saved messages, the newest first; what is not one of them in the storage is ignored. */
export function readSavedMessages(storage: Storage = localStorage): SavedMessage[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isSavedMessage).slice(0, maxMessages) : [];
  } catch {
    return [];
  }
}

/** Puts a message first; returns those that are kept, or null if it cannot be stored. */
export function saveMessage(message: SavedMessage, storage: Storage = localStorage): SavedMessage[] | null {
  if (message.text.length > maxCharacters) return null;
  return write([message, ...without(message, readSavedMessages(storage))].slice(0, maxMessages), storage);
}

/** Removes a message; returns those that are left, or null if that cannot be stored. */
export function removeMessage(message: SavedMessage, storage: Storage = localStorage): SavedMessage[] | null {
  return write(without(message, readSavedMessages(storage)), storage);
}

function without({ kind, text }: SavedMessage, messages: readonly SavedMessage[]): SavedMessage[] {
  return messages.filter((other) => other.kind !== kind || other.text !== text);
}

// The storage is full, or the browser allows none.
function write(messages: SavedMessage[], storage: Storage): SavedMessage[] | null {
  try {
    storage.setItem(storageKey, JSON.stringify(messages));
    return messages;
  } catch {
    return null;
  }
}

function isSavedMessage(value: unknown): value is SavedMessage {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('text' in value)) return false;
  return payloadKinds.some((kind) => kind === value.kind) && typeof value.text === 'string';
}
