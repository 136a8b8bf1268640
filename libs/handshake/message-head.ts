import type { HeaderField } from './header-field.js';

// CR, LF and NUL would end a line early. A character above U+00FF would lose its high byte when it is written
// as Latin-1, and U+010A would become a line feed.
const lineBreaking = /[\r\n\0\u0100-\uffff]/;
const lineBreakings = new RegExp(lineBreaking, 'g');
const lineEnd = '\r\n';

/**
 * The head of an HTTP/1.1 message, to be written as `latin1`. Whatever could break a line is replaced with a
 * space (RFC 9110 §5.5), so that no field can bring another one in.
 */
export function composeHead(startLine: string, fields: readonly HeaderField[]): string {
  // Looked at once for all lines: nearly no head has anything to replace.
  let texts = startLine;
  for (const [name, value] of fields) texts += name + value;
  const text = lineBreaking.test(texts) ? unbroken : identity;
  let head = text(startLine) + lineEnd;
  for (const [name, value] of fields) head += `${text(name)}: ${text(value)}${lineEnd}`;
  return head + lineEnd;
}

function identity(text: string): string {
  return text;
}

function unbroken(text: string): string {
  return text.replaceAll(lineBreakings, ' ');
}
