import { listElements } from './token-list.js';

/** The names, in lower case, in the values of `Sec-WebSocket-Extensions` (RFC 6455 §9.1), without parameters. */
export function extensionNames(values: readonly string[]): string[] {
  const unquoted = values.map((value) => value.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
  return listElements(unquoted).map((extension) => /^[^;\t ]*/.exec(extension)?.[0].toLowerCase() ?? '');
}
