/**
 * The JSON text of an answer: indented, with a line break at the end, since people read answers in terminals.
 */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
