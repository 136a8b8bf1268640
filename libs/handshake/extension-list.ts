import { splitOutsideQuotes } from '#libs/contract';
import { isToken, trimWhiteSpace } from './token-list.js';

/** One extension of `Sec-WebSocket-Extensions` (RFC 6455 §9.1). */
export interface Extension {
  /** In lower case. */
  name: string;
  /** As they came, quotes included, without the white space around them. */
  parameters: string[];
}

/** Longest list, in bytes. Those of browsers have less than 100, and each byte is looked at several times. */
export const maxExtensionListBytes = 4096;

/**
 * The extensions that the values of `Sec-WebSocket-Extensions` offer or accept, in order. Null for a list in which two
 * readers could see different names, because a name is no token or a quote is left open, and for one that is too long. Parameters are not
 * judged: there are extensions in use whose parameters do not follow the RFC.
 */
export function parseExtensionList(values: readonly string[]): Extension[] | null {
  const length = values.reduce((sum, value) => sum + value.length, 0);
  if (length > maxExtensionListBytes) return null;
  const extensions: Extension[] = [];
  for (const value of values) {
    const { parts, isQuoteOpen } = splitOutsideQuotes(value, ',');
    if (isQuoteOpen) return null;
    for (const part of parts) {
      const [name = '', ...parameters] = splitOutsideQuotes(part, ';').parts.map(trimWhiteSpace);
      // A list may have empty elements (RFC 9110 §5.6.1.2).
      if (name === '' && parameters.length === 0) continue;
      if (!isToken(name)) return null;
      extensions.push({ name: name.toLowerCase(), parameters });
    }
  }
  return extensions;
}
