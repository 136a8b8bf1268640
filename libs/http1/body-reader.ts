import type { HeaderField } from '#libs/handshake';
import type { BodySink } from './body-sink.js';
import { ChunkedReader } from './chunked-reader.js';

/** How the end of a body is found (RFC 9112 §6.3). */
export type BodyFraming =
  { kind: 'none' } | { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'until_close' };

const noTrailers: readonly HeaderField[] = [];

/**
 * Reads one body from the bytes of a connection. What it delivers in all does not depend on how the bytes are
 * split. It allocates nothing for a chunk: the content of all chunks in a buffer is delivered at once.
 */
export class BodyReader {
  readonly #chunked: ChunkedReader | null;
  #remaining: number;

  constructor(framing: BodyFraming) {
    this.#chunked = framing.kind === 'chunked' ? new ChunkedReader() : null;
    this.#remaining = remainingOf(framing);
  }

  /** Whether the whole body was read. A body until the close of the connection has no other end. */
  get hasEnded(): boolean {
    return this.#chunked === null ? this.#remaining === 0 : this.#chunked.hasEnded;
  }

  /** Why the bytes are no body; null as long as they are. Nothing may be read after that. */
  get problem(): string | null {
    return this.#chunked === null ? null : this.#chunked.problem;
  }

  /** The fields after the last chunk, once the body has ended. */
  get trailers(): readonly HeaderField[] {
    return this.#chunked === null ? noTrailers : this.#chunked.trailers;
  }

  /** Whether a close of the connection at this point ends the body instead of cutting it off. */
  get mayEndByClose(): boolean {
    return this.#remaining === Infinity || this.hasEnded;
  }

  /**
   * Reads on from a position, and calls the sink at most once. Returns the position after the body, or the
   * length of the buffer if the body has not ended. What lies before that position may be changed.
   */
  read(bytes: Buffer, from: number, sink: BodySink): number {
    if (this.#chunked !== null) return this.#chunked.read(bytes, from, sink);
    const end = Math.min(bytes.length, from + this.#remaining);
    this.#remaining -= end - from;
    if (end > from) sink.onBody(partOf(bytes, from, end));
    return end;
  }
}

function remainingOf(framing: BodyFraming): number {
  switch (framing.kind) {
    case 'none':
    case 'chunked':
      return 0;
    case 'length':
      return framing.bytes;
    case 'until_close':
      return Infinity;
    default:
      return framing satisfies never;
  }
}

function partOf(bytes: Buffer, from: number, end: number): Buffer {
  return from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end);
}
