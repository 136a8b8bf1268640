import type { RawData, WebSocket } from 'ws';
import { exitCodes } from '../exit-codes.js';
import type { Terminal } from '../terminal.js';
import { closeLine } from './close-code.js';
import { LinePrompt } from './line-prompt.js';
import { closed, opened } from './opened.js';
import { printable } from './printable.js';

interface ConversationOptions {
  /** The messages to send; if empty, the lines of the terminal are sent. */
  messages: readonly string[];
  /** Whether messages are sent as binary messages. */
  isBinary: boolean;
}

/**
 * Sends messages or typed lines on a WebSocket that is being opened, and prints received messages until the
 * connection ends. Resolves with the exit code.
 */
export async function converse(
  socket: WebSocket,
  terminal: Terminal,
  { messages, isBinary }: ConversationOptions,
): Promise<number> {
  const prompt = new LinePrompt(terminal);
  const end = closed(socket);
  const release = terminal.onInterrupt(() => socket.close(1000));
  socket.once('open', () => prompt.print(connectedLine(socket)));
  let awaited = messages.length;
  socket.on('message', (data: RawData, isBinaryMessage: boolean) => {
    prompt.print(messageLine(data, isBinaryMessage));
    awaited -= 1;
    if (awaited === 0) socket.close(1000);
  });
  const refusal = await opened(socket);
  if (refusal !== null) {
    release();
    for (const line of refusal) terminal.report(line);
    return exitCodes.negative;
  }
  const lines = messages.length > 0 ? messages : prompt.lines();
  void sendAll(socket, lines, isBinary).then(() => {
    if (messages.length === 0) socket.close(1000);
  });
  const { code, reason } = await end;
  prompt.end();
  release();
  terminal.print(closeLine(code, reason));
  return code === 1006 ? exitCodes.negative : exitCodes.done;
}

function connectedLine({ protocol }: WebSocket): string {
  return protocol === '' ? 'connected' : `connected (subprotocol ${printable(protocol)})`;
}

function messageLine(data: RawData, isBinary: boolean): string {
  const bytes = Buffer.isBuffer(data)
    ? data
    : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
  return isBinary ? `< binary ${bytes.toString('hex')}` : `< ${printable(bytes.toString())}`;
}

// One message at a time, so that a fast input waits for a slow peer instead of filling the memory.
async function sendAll(
  socket: WebSocket,
  messages: Iterable<string> | AsyncIterable<string>,
  isBinary: boolean,
): Promise<void> {
  for await (const message of messages) {
    if (socket.readyState !== socket.OPEN) return;
    await new Promise<void>((resolve) => {
      socket.send(isBinary ? Buffer.from(message) : message, { binary: isBinary }, () => resolve());
    });
  }
}
