import type { Duplex } from 'node:stream';

/** One side of a tunnel: a TCP or TLS socket, or a stream of HTTP/2, which behaves like one. */
export interface RelaySocket extends Duplex {
  /** The bytes that were given to it, whether or not they are on their way. */
  readonly bytesWritten: number;
}
