const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether the text is a token of RFC 9110 §5.6.2: what names of fields, options and subprotocols are made of. */
export function isToken(text: string): boolean {
  return token.test(text);
}

/** The elements of a list that may be spread over several fields (RFC 9110 §5.6.1); empty ones are left out. */
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

/** Whether the list has the token, in whatever letter case. `wanted` is in lower case. */
export function hasToken(values: readonly string[], wanted: string): boolean {
  return values.some((value) => {
    const lower = value.toLowerCase();
    return lower === wanted || listElements([lower]).includes(wanted);
  });
}

/** Takes optional white space away from both ends: spaces and tabs, and nothing else (RFC 9110 §5.6.3). */
export function trimWhiteSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
