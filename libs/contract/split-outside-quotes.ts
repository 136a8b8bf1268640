export interface QuotedParts {
  parts: string[];
  /** A quote was opened and not closed; the last part extends from there to the end of the text. */
  isQuoteOpen: boolean;
}

/**
 * Splits a header field value at a separator outside of quoted strings (RFC 9110 §5.6.4), in one pass. Parts
 * keep their white space and quotes.
 */
export function splitOutsideQuotes(text: string, separator: ',' | ';'): QuotedParts {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return { parts, isQuoteOpen: isQuoted };
}
