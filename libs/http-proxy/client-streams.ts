import type { Readable, Writable } from 'node:stream';

/** A client's request: its body, and what an exchange needs of its head. `IncomingMessage` is one. */
export interface RequestStream extends Readable {
  readonly method?: string | undefined;
  readonly httpVersion: string;
  readonly headers: { readonly expect?: string | undefined };
  readonly rawTrailers: readonly string[];
  /** Whether the whole body has arrived. */
  readonly complete: boolean;
}

/** The answer to a client. `ServerResponse` is one. */
export interface AnswerStream extends Writable {
  readonly headersSent: boolean;
  readonly statusCode: number;
  writeContinue(): void;
  /** `fields` is flat (name, value, name, value, …). */
  writeHead(status: number, reason: string, fields: string[]): unknown;
  flushHeaders(): void;
  addTrailers(trailers: [name: string, value: string][]): void;
}
