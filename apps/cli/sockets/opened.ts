import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { errorText } from '../error-text.js';
import { printable } from './printable.js';
import { refusalLines } from './refusal.js';

/** Resolves with null once the WebSocket is open, or with lines that explain why it is not. Never rejects. */
export function opened(socket: WebSocket): Promise<string[] | null> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve(null));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      void refusalLines(response).then((lines) => {
        resolve(lines);
        socket.terminate();
      });
    });
    socket.on('error', (error) => resolve([`${printable(socket.url)}: ${errorText(error)}`]));
  });
}

export interface SocketEnd {
  code: number;
  reason: string;
}

/** Resolves when the WebSocket has closed. Call it before the close. */
export function closed(socket: WebSocket): Promise<SocketEnd> {
  return new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}
