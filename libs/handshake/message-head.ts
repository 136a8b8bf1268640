import type { HeaderField } from './header-field.js';

// CR, LF and NUL would end a line early. A character above U+00FF would lose its high byte when it is written
// as Latin-1; U+010A, for example, would become a line feed.
const lineBreaking = /[\r\n\0\u0100-\uffff]/;
const lineBreakings = new RegExp(lineBreaking, 'g');
const lineEnd = '\r\n';

/**
 * Composes the head of an HTTP/1.1 message, to be written as `latin1`. Every character that could break a
 * line is replaced with a space (RFC 9110 §5.5), so that a field cannot inject another field. The `checked`
 * fields come first: they were found to have no such character.
 */
export function composeHead(
  startLine: string,
  fields: readonly HeaderField[],
  checked: readonly HeaderField[] = [],
): string {
  // All lines are checked together, because almost no head contains a character to replace.
  let texts = startLine;
  for (const [name, value] of fields) texts += name + value;
  const text = lineBreaking.test(texts) ? unbroken : identity;
  return text(startLine) + lineEnd + lines(checked, identity) + lines(fields, text) + lineEnd;
}

/** Composes whole lines of a head in the same way. */
export function composeFieldLines(fields: readonly HeaderField[]): string {
  return fields.length === 0 ? '' : lines(fields, unbroken);
}

function lines(fields: readonly HeaderField[], text: (text: string) => string): string {
  let composed = '';
  for (const [name, value] of fields) composed += `${text(name)}: ${text(value)}${lineEnd}`;
  return composed;
}

function identity(text: string): string {
  return text;
}

/** Replaces every character that could break a line with a space. */
export function unbroken(text: string): string {
  return lineBreaking.test(text) ? text.replaceAll(lineBreakings, ' ') : text;
}
