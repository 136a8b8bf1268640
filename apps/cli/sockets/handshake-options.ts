import { UsageError } from '../command-error.js';

/** The options that describe a handshake. */
export const handshakeOptions = {
  key: { type: 'string', value: 'KEY', description: 'send an API key, as the header field X-Api-Key' },
  header: {
    type: 'string',
    multiple: true,
    value: "'NAME: VALUE'",
    description: 'send a header field, like Origin',
  },
  subprotocol: { type: 'string', multiple: true, value: 'NAME', description: 'offer a subprotocol' },
} as const;

export interface HeaderField {
  name: string;
  value: string;
}

/** The URL as it is written; throws a `UsageError` if its scheme is another one than `schemes`. */
export function checkedUrl(command: string, text: string, schemes = /^wss?:$/): string {
  if (URL.canParse(text) && schemes.test(new URL(text).protocol)) return text;
  throw new UsageError(`sluice ${command}: expected a URL like ws://127.0.0.1:8080/echo, not ${text}`);
}

/** The given header fields and the key, in their order. */
export function headerFields(
  command: string,
  { header = [], key }: { header?: readonly string[] | undefined; key?: string | undefined },
): HeaderField[] {
  const fields = header.map((line) => headerField(command, line));
  return key === undefined ? fields : [...fields, { name: 'X-Api-Key', value: key }];
}

function headerField(command: string, line: string): HeaderField {
  const colon = line.indexOf(':');
  const [name, value] = [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    return { name, value };
  }
  throw new UsageError(`sluice ${command}: expected --header 'NAME: VALUE', not ${line}`);
}
