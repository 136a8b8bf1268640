/**
 * One header field as it came: the name in the sender's letter case, the value without the white space around it.
 * Values are Latin-1, one character for each byte, as Node gives them; they are written as `latin1` too.
 */
export type HeaderField = readonly [name: string, value: string];

/** The values of every field of this name, in order. `name` is in lower case. */
export function headerValues(headers: readonly HeaderField[], name: string): string[] {
  return headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value);
}

/** Node's flat `rawHeaders` (name, value, name, value, …) as fields. */
export function headerFields(rawHeaders: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return fields;
}
