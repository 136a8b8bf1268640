const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Returns whether the text is a token (RFC 9110 §5.6.2). Names of fields, options and subprotocols are
 * tokens.
 */
export function isToken(text: string): boolean {
  return token.test(text);
}

/**
 * Returns the elements of a list that may be spread over several fields (RFC 9110 §5.6.1). Empty elements are
 * omitted.
 */
export function listElements(values: readonly string[]): string[] {
  const elements: string[] = [];
  for (const value of values) {
    for (const element of value.split(',')) {
      const trimmed = trimWhiteSpace(element);
      if (trimmed !== '') elements.push(trimmed);
    }
  }
  return elements;
}

/** Returns whether the list contains the token, ignoring letter case. `wanted` must be in lower case. */
export function hasToken(values: readonly string[], wanted: string): boolean {
  return values.some((value) => {
    const lower = value.toLowerCase();
    return lower === wanted || listElements([lower]).includes(wanted);
  });
}

/**
 * Returns the text between two positions, by default all of it, without the optional white space at its ends:
 * only spaces and tabs (RFC 9110 §5.6.3).
 */
export function trimWhiteSpace(text: string, from = 0, to = text.length): string {
  let start = from;
  let end = to;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
