import { fieldName } from './field-name.js';

/**
 * A header field as it was received: the name in the sender's letter case, and the value without the white
 * space around it. Values are Latin-1, one character for each byte; they are also
 * written as `latin1`.
 */
export type HeaderField = readonly [name: string, value: string];

/** Returns the values of all fields of this name, in order. `name` must be in lower case. */
export function headerValues(headers: readonly HeaderField[], name: string): string[] {
  const values: string[] = [];
  for (const [candidate, value] of headers) {
    // Comparing the length first excludes nearly all names.
    if (candidate.length === name.length && fieldName(candidate).lower === name) values.push(value);
  }
  return values;
}

/**
 * Returns the value of the only field of this name, or null if there is no such field or more than one.
 * `name` must be in lower case.
 */
export function onlyHeaderValue(headers: readonly HeaderField[], name: string): string | null {
  let only: string | null = null;
  for (const [candidate, value] of headers) {
    if (candidate.length !== name.length || fieldName(candidate).lower !== name) continue;
    if (only !== null) return null;
    only = value;
  }
  return only;
}

/** Converts flat `rawHeaders` (name, value, name, value, …) to fields. */
export function headerFields(rawHeaders: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return fields;
}
