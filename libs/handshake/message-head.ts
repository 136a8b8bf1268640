import type { HeaderField } from './header-field.js';

// CR, LF and NUL would end a line early. A character above U+00FF would lose its high byte when it is written
// as Latin-1, and U+010A would become a line feed.
const lineBreaking = /[\r\n\0\u0100-\uffff]/g;

/**
 * The head of an HTTP/1.1 message, to be written as `latin1`. Whatever could break a line is replaced with a
 * space (RFC 9110 §5.5), so that no field can bring another one in.
 */
export function composeHead(startLine: string, fields: readonly HeaderField[]): string {
  const lines = [startLine, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.map((line) => line.replace(lineBreaking, ' ')).join('\r\n')}\r\n\r\n`;
}
