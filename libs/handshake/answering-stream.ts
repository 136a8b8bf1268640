import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { HeaderField } from './header-field.js';

/**
 * A client's stream in a session of HTTP/2. It behaves like a socket, but an answer on it has a head of its
 * protocol in place of the bytes of HTTP/1.1: `respond` comes before everything that is written.
 */
export abstract class AnsweringStream extends Duplex {
  /** The socket that carries the session. */
  abstract readonly carrier: Socket;
  /** The bytes that were given to it, whether or not they are on their way. */
  abstract readonly bytesWritten: number;
  /** Sends the head of the answer. Fields of the connection are left out. Does nothing once it is closed. */
  abstract respond(status: number, fields: readonly HeaderField[]): void;
}
