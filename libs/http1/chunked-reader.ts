import { readFieldLine, type HeaderField } from '#libs/handshake';
import type { BodySink } from './body-sink.js';

const maxSizeDigits = 16;
/** The extensions of all chunks of a body. They are dropped. */
const maxExtensionBytes = 16_384;
/** The lines of all trailers of a body, with their ends. */
const maxTrailerBytes = 16_384;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const semicolon = 0x3b;
// RFC 9112 §7.1.1, without the white space that only a recipient of bad messages accepts.
const extensions =
  /^(?:;[!#$%&'*+\-.^_`|~\w]+(?:=(?:[!#$%&'*+\-.^_`|~\w]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?)+$/;

const fieldText = /^[\t -~\x80-\xff]*$/;
const framingName = /^(?:content-length|transfer-encoding)$/i;

type State =
  | 'size'
  | 'extension'
  | 'end of size'
  | 'data'
  | 'end of data'
  | 'end of data, after CR'
  | 'trailers'
  | 'ended'
  | 'broken';

/**
 * Decodes the chunked transfer coding (RFC 9112 §7.1). Lines must end in CRLF. A size has hexadecimal digits
 * only. Extensions and trailers are bounded, and a trailer must not be a field of the framing.
 */
export class ChunkedReader {
  readonly trailers: HeaderField[] = [];
  problem: string | null = null;
  #state: State = 'size';
  /** Of the chunk: its length while that is read, then the bytes of it that are missing. */
  #remaining = 0;
  #digits = 0;
  /** The beginning of a line whose end is in a later buffer. */
  #line = '';
  #extensionBytes = 0;
  #trailerBytes = 0;

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  read(bytes: Buffer, from: number, sink: BodySink): number {
    let at = from;
    // The content of all chunks is moved together, so that the sink gets it in one piece.
    let start = from;
    let end = from;
    while (at < bytes.length && this.#state !== 'ended') {
      if (this.#state === 'broken') {
        at = bytes.length;
      } else if (this.#state === 'data') {
        const next = Math.min(bytes.length, at + this.#remaining);
        if (end === start) {
          start = at;
          end = next;
        } else {
          bytes.copyWithin(end, at, next);
          end += next - at;
        }
        this.#remaining -= next - at;
        if (this.#remaining === 0) this.#state = 'end of data';
        at = next;
      } else {
        at = this.#readBetween(bytes, at);
      }
    }
    if (end > start) sink.onBody(bytes.subarray(start, end));
    return at;
  }

  /** Reads what stands between the data of chunks. Returns the position after it. */
  #readBetween(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'size':
        this.#takeSize(bytes[at] ?? 0);
        return at + 1;
      case 'end of size':
        this.#expect(bytes[at], lineFeed, this.#remaining === 0 ? 'trailers' : 'data');
        return at + 1;
      case 'end of data':
        this.#expect(bytes[at], carriageReturn, 'end of data, after CR');
        return at + 1;
      case 'end of data, after CR':
        this.#expect(bytes[at], lineFeed, 'size');
        return at + 1;
      case 'extension':
        return this.#takeLine(bytes, at, maxExtensionBytes - this.#extensionBytes);
      case 'trailers':
        return this.#takeLine(bytes, at, maxTrailerBytes - this.#trailerBytes);
      case 'data':
      case 'ended':
      case 'broken':
        return at;
    }
  }

  #takeSize(byte: number): void {
    const digit = digitOf(byte);
    if (digit !== -1) {
      this.#remaining = this.#remaining * 16 + digit;
      this.#digits += 1;
      const isTooLong = this.#digits > maxSizeDigits || this.#remaining > Number.MAX_SAFE_INTEGER;
      if (isTooLong) this.#break('the size of a chunk is too long');
      return;
    }
    if (this.#digits === 0) this.#break('a chunk has no size');
    else if (byte === carriageReturn) this.#state = 'end of size';
    else if (byte === semicolon) this.#beginExtension();
    else this.#break('the size of a chunk is not a hexadecimal number');
    this.#digits = 0;
  }

  #beginExtension(): void {
    this.#state = 'extension';
    this.#line = ';';
  }

  #expect(byte: number | undefined, expected: number, next: State): void {
    if (byte === expected) this.#state = next;
    else this.#break('a chunk does not end in CRLF');
  }

  #takeLine(bytes: Buffer, at: number, maxBytes: number): number {
    const lineEnd = bytes.indexOf(lineFeed, at);
    const next = lineEnd === -1 ? bytes.length : lineEnd + 1;
    const isTooLong = this.#line.length + next - at > maxBytes;
    if (isTooLong) {
      this.#break('the extensions or the trailers are too long');
      return next;
    }
    this.#line += bytes.toString('latin1', at, next);
    if (lineEnd !== -1) this.#endLine();
    return next;
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = '';
    const text = line.slice(0, -2);
    if (!line.endsWith('\r\n')) this.#break('a line of a chunked body does not end in CRLF');
    else if (this.#state === 'extension') this.#endExtension(line, text);
    else if (text === '') this.#state = 'ended';
    else this.#takeTrailer(line, text);
  }

  #endExtension(line: string, text: string): void {
    this.#extensionBytes += line.length;
    if (!extensions.test(text)) this.#break('an extension of a chunk is malformed');
    else this.#state = this.#remaining === 0 ? 'trailers' : 'data';
  }

  #takeTrailer(line: string, text: string): void {
    this.#trailerBytes += line.length;
    const field = fieldText.test(text) ? readFieldLine(text) : null;
    if (field === null) this.#break('a trailer is malformed');
    // Whoever merges trailers into the head would find another end of the body.
    else if (framingName.test(field[0])) this.#break('a trailer frames the body');
    else this.trailers.push(field);
  }

  #break(problem: string): void {
    this.#state = 'broken';
    this.problem = problem;
  }
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
