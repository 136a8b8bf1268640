import type { HeaderField } from './header-field.js';

// CR, LF and NUL would end a line early. A character above U+00FF would lose its high byte when it is written
// as Latin-1, and U+010A would become a line feed.
const lineBreaking = /[\r\n\0\u0100-\uffff]/;
const lineBreakings = new RegExp(lineBreaking, 'g');

/**
 * The head of an HTTP/1.1 message, to be written as `latin1`. Whatever could break a line is replaced with a
 * space (RFC 9110 §5.5), so that no field can bring another one in.
 */
export function composeHead(startLine: string, fields: readonly HeaderField[]): string {
  let head = `${unbroken(startLine)}\r\n`;
  for (const [name, value] of fields) head += `${unbroken(name)}: ${unbroken(value)}\r\n`;
  return `${head}\r\n`;
}

function unbroken(text: string): string {
  return lineBreaking.test(text) ? text.replaceAll(lineBreakings, ' ') : text;
}
