const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether the text is a token of RFC 9110 §5.6.2: what names of fields, options and subprotocols are made of. */
export function isToken(text: string): boolean {
  return token.test(text);
}

/** The elements of a list that may be spread over several fields (RFC 9110 §5.6.1); empty ones are left out. */
export function listElements(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((element) => trimWhiteSpace(element))
    .filter((element) => element !== '');
}

/** Whether the list has the token, in whatever letter case. `wanted` is in lower case. */
export function hasToken(values: readonly string[], wanted: string): boolean {
  return listElements(values).some((element) => element.toLowerCase() === wanted);
}

/** Takes optional white space away from both ends: spaces and tabs, and nothing else (RFC 9110 §5.6.3). */
export function trimWhiteSpace(text: string): string {
  return text.replace(/^[\t ]+/, '').replace(/[\t ]+$/, '');
}
