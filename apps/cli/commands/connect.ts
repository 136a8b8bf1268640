import { WebSocket } from 'ws';
import { errorMessage } from '#libs/async';
import { UsageError } from '../command-error.js';
import { defineCommand } from '../command.js';
import { converse } from '../sockets/converse.js';
import { checkedUrl, handshakeOptions, headerFields } from '../sockets/handshake-options.js';

export const connectCommand = defineCommand({
  name: 'connect',
  summary: 'Open a WebSocket, send lines and print the answers',
  operands: { usage: 'URL [MESSAGE...]', min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    ...handshakeOptions,
    binary: { type: 'boolean', description: 'send the UTF-8 bytes of each line as a binary message' },
  },
  details: `With MESSAGEs: sends them, waits for as many messages, and closes. Without: sends each line of standard input,
until its end (Ctrl-D) or Ctrl-C. Received messages are printed after "< ", binary ones in hexadecimal after
"< binary ". A refusal is printed with its problem document, an end with its close code.

  sluice connect ws://127.0.0.1:8080/echo hello
  sluice connect wss://chat.example/socket --key slc_... --header 'Origin: https://chat.example'

NODE_EXTRA_CA_CERTS names a file with the authority of a wss: URL that Node.js does not trust.
Ends with 0 after a close frame; with 1 when refused, not reached, or closed without a close frame.`,
  async run({ subprotocol = [], binary = false, ...given }, [url = '', ...messages], terminal) {
    const headers: Record<string, string[]> = {};
    for (const { name, value } of headerFields('connect', given)) {
      headers[name] = [...(headers[name] ?? []), value];
    }
    const socket = openSocket(checkedUrl('connect', url), subprotocol, headers);
    return converse(socket, terminal, { messages, isBinary: binary });
  },
});

// ws throws for a subprotocol that is not a token or is repeated, and for a URL with a fragment.
function openSocket(url: string, subprotocols: string[], headers: Record<string, string[]>): WebSocket {
  try {
    return new WebSocket(url, subprotocols, { headers });
  } catch (error) {
    throw new UsageError(`sluice connect: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
