import { splitOutsideQuotes } from '#libs/contract';
import { isToken, trimWhiteSpace } from './token-list.js';

/** One extension of `Sec-WebSocket-Extensions` (RFC 6455 §9.1). */
export interface Extension {
  /** The name, in lower case. */
  name: string;
  /** The parameters as they were received, including quotes, without the white space around them. */
  parameters: string[];
}

/**
 * The maximum length of the list, in bytes. The lists of browsers have less than 100 bytes, and each byte is
 * read several times.
 */
export const maxExtensionListBytes = 4096;

/**
 * Returns the extensions that the values of `Sec-WebSocket-Extensions` offer or accept, in order. Returns
 * null if the list is too long, or if two readers could find different names in it, because a name is not a
 * token or a quote is not closed. Parameters are not validated: some extensions in use have parameters that
 * do not follow the RFC.
 */
export function parseExtensionList(values: readonly string[]): Extension[] | null {
  const length = values.reduce((sum, value) => sum + value.length, 0);
  if (length > maxExtensionListBytes) return null;
  const extensions: Extension[] = [];
  for (const value of values) {
    const { parts, isQuoteOpen } = splitOutsideQuotes(value, ',');
    if (isQuoteOpen) return null;
    for (const part of parts) {
      const [name = '', ...parameters] = splitOutsideQuotes(part, ';').parts.map((text) =>
        trimWhiteSpace(text),
      );
      // A list may contain empty elements (RFC 9110 §5.6.1.2).
      if (name === '' && parameters.length === 0) continue;
      if (!isToken(name)) return null;
      extensions.push({ name: name.toLowerCase(), parameters });
    }
  }
  return extensions;
}
