import { fieldName } from './field-name.js';
import type { HeaderField } from './header-field.js';

// Printable ASCII, tabs, and the bytes above ASCII that RFC 9110 §5.5 calls obs-text.
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The fields of a request, and the values of those that the handshake depends on. They are collected in one
 * pass: a search for each of them would look up each name ten times.
 */
export class HandshakeFields {
  /** All fields except those whose name is another spelling of a name that the gateway interprets. */
  readonly headers: HeaderField[] = [];
  /** Whether all names are tokens, and all values free of control characters. */
  isClean = true;
  hasBody = false;
  readonly upgrades: string[] = [];
  readonly connections: string[] = [];
  readonly hosts: string[] = [];
  readonly keys: string[] = [];
  readonly versions: string[] = [];
  readonly protocols: string[] = [];
  readonly extensions: string[] = [];
  readonly via: string[] = [];
  readonly origins: string[] = [];

  constructor(rawHeaders: readonly string[]) {
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      const value = rawHeaders[index + 1] ?? '';
      const { lower, isToken: hasTokenName, isDisguised } = fieldName(name);
      this.isClean &&= hasTokenName && fieldValue.test(value);
      if (isDisguised) continue;
      this.headers.push([name, value]);
      this.hasBody ||= lower === 'transfer-encoding' || (lower === 'content-length' && value !== '0');
      this.#valuesOf(lower)?.push(value);
    }
  }

  #valuesOf(name: string): string[] | null {
    switch (name) {
      case 'upgrade':
        return this.upgrades;
      case 'connection':
        return this.connections;
      case 'host':
        return this.hosts;
      case 'sec-websocket-key':
        return this.keys;
      case 'sec-websocket-version':
        return this.versions;
      case 'sec-websocket-protocol':
        return this.protocols;
      case 'sec-websocket-extensions':
        return this.extensions;
      case 'via':
        return this.via;
      case 'origin':
        return this.origins;
      default:
        return null;
    }
  }
}

/** The only value; null if there is none, or more than one. */
export function onlyOf(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}
