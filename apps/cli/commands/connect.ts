import { WebSocket } from 'ws';
import { errorMessage } from '#libs/async';
import { UsageError } from '../command-error.js';
import { defineCommand } from '../command.js';
import { converse } from '../sockets/converse.js';

export const connectCommand = defineCommand({
  name: 'connect',
  summary: 'Open a WebSocket, send lines and print the answers',
  operands: { usage: 'URL [MESSAGE...]', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    key: { type: 'string', value: 'KEY', description: 'send an API key, as the header field X-Api-Key' },
    header: {
      type: 'string',
      multiple: true,
      value: "'NAME: VALUE'",
      description: 'send a header field, like Origin',
    },
    subprotocol: { type: 'string', multiple: true, value: 'NAME', description: 'offer a subprotocol' },
    binary: { type: 'boolean', description: 'send the UTF-8 bytes of each line as a binary message' },
  },
  details: `With MESSAGEs: sends them, waits for as many messages, and closes. Without: sends each line of standard input,
until its end (Ctrl-D) or Ctrl-C. Received messages are printed after "< ", binary ones in hexadecimal after
"< binary ". A refusal is printed with its problem document, an end with its close code.

  sluice connect ws://127.0.0.1:8080/echo hello
  sluice connect wss://chat.example/socket --key slc_... --header 'Origin: https://chat.example'

NODE_EXTRA_CA_CERTS names a file with the authority of a wss: URL that Node.js does not trust.
Ends with 0 after a close frame; with 1 when refused, not reached, or closed without a close frame.`,
  async run({ key, header = [], subprotocol = [], binary = false }, [url = '', ...messages], terminal) {
    const headers = { ...headerFields(header), ...(key === undefined ? {} : { 'X-Api-Key': key }) };
    const socket = openSocket(checkedUrl(url), subprotocol, headers);
    return converse(socket, terminal, { messages, isBinary: binary });
  },
});

function checkedUrl(text: string): string {
  if (URL.canParse(text) && /^wss?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`sluice connect: expected a URL like ws://127.0.0.1:8080/echo, not ${text}`);
}

function headerFields(lines: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()];
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new UsageError(`sluice connect: expected --header 'NAME: VALUE', not ${line}`);
    }
    fields[name] = [...(fields[name] ?? []), value];
  }
  return fields;
}

// ws throws for a subprotocol that is not a token or is repeated, and for a URL with a fragment.
function openSocket(
  url: string,
  subprotocols: string[],
  headers: Record<string, string | string[]>,
): WebSocket {
  try {
    return new WebSocket(url, subprotocols, { headers });
  } catch (error) {
    throw new UsageError(`sluice connect: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
