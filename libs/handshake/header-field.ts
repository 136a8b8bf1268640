import { fieldName } from './field-name.js';

/**
 * One header field as it came: the name in the sender's letter case, the value without the white space around it.
 * Values are Latin-1, one character for each byte, as Node gives them; they are written as `latin1` too.
 */
export type HeaderField = readonly [name: string, value: string];

/** The values of every field of this name, in order. `name` is in lower case. */
export function headerValues(headers: readonly HeaderField[], name: string): string[] {
  const values: string[] = [];
  for (const [candidate, value] of headers) {
    // Nearly all names have another length.
    if (candidate.length === name.length && fieldName(candidate).lower === name) values.push(value);
  }
  return values;
}

/** The value of the only field of this name; null where there is none, or more than one. `name` is in lower case. */
export function onlyHeaderValue(headers: readonly HeaderField[], name: string): string | null {
  let only: string | null = null;
  for (const [candidate, value] of headers) {
    if (candidate.length !== name.length || fieldName(candidate).lower !== name) continue;
    if (only !== null) return null;
    only = value;
  }
  return only;
}

/** Node's flat `rawHeaders` (name, value, name, value, …) as fields. */
export function headerFields(rawHeaders: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return fields;
}
