import type { HeaderField } from '#libs/handshake';

/**
 * A client's request: its body, and what an exchange needs of its head. Its bytes arrive from the first
 * `resume`, or listener for `data`, on. `end` follows the last of them, and `error` may follow if they break
 * off.
 */
export interface RequestStream {
  readonly method?: string | undefined;
  readonly httpVersion: string;
  readonly headers: { readonly expect?: string | undefined };
  readonly rawTrailers: readonly string[];
  /** Whether the whole body has arrived. */
  readonly complete: boolean;
  /** Whether bytes of the body were read. */
  readonly readableDidRead: boolean;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  once(event: 'end', listener: () => void): RequestStream;
  pause(): unknown;
  resume(): unknown;
}

/** The answer to a client. */
export interface AnswerStream {
  readonly headersSent: boolean;
  readonly statusCode: number;
  readonly destroyed: boolean;
  /** Whether `end` was called. */
  readonly writableEnded: boolean;
  writeContinue(): void;
  /** Sends an interim answer before the head of the answer. */
  writeInterim(status: number, reason: string, fields: readonly HeaderField[]): void;
  /**
   * With `shouldClose` the client's connection closes after the answer, as it does after one to a request
   * that is not complete by now; a session of HTTP/2 goes on.
   */
  writeHead(status: number, reason: string, fields: readonly HeaderField[], shouldClose: boolean): void;
  flushHeaders(): void;
  /** Returns false if the client reads too slowly; `drain` follows. */
  write(chunk: Buffer): boolean;
  addTrailers(trailers: readonly HeaderField[]): void;
  end(): unknown;
  /** Cuts the answer off, with its connection or its stream. */
  destroy(): unknown;
  /** The same; it never looks whole, even if only the close of its connection ends it. */
  cut(): void;
  on(event: 'drain', listener: () => void): unknown;
  /** Called when the whole answer was written, or it was cut off. */
  once(event: 'close', listener: () => void): unknown;
}
