import { readFieldLine } from './field-line.js';
import type { HeaderField } from './header-field.js';

/** The maximum length of the head of an answer, in bytes. */
const maxAnswerHeadBytes = 16_384;
/** The maximum number of interim answers (100, 103, …) before the final answer. */
const maxInterimAnswers = 8;

/** The head of the final answer of an upstream. */
export interface UpstreamAnswer {
  httpVersion: '1.0' | '1.1';
  statusCode: number;
  reasonPhrase: string;
  headers: HeaderField[];
  /** The bytes of the head, including the empty line at the end. */
  head: Buffer;
}

/** `rest` contains the bytes after the head. `detail` is for the log, not for the client. */
export type AnswerProgress =
  | { state: 'more' }
  | { state: 'answer'; answer: UpstreamAnswer; rest: Buffer }
  | { state: 'malformed'; detail: string };

type StatusLine = Pick<UpstreamAnswer, 'httpVersion' | 'statusCode' | 'reasonPhrase'>;

/** The head of an answer before the final one. */
export type InterimAnswer = Pick<UpstreamAnswer, 'statusCode' | 'reasonPhrase' | 'headers'>;

// A shared empty buffer. A connection keeps the rest for its whole life, and an empty part of another buffer
// would keep that buffer in memory.
const nothing = Buffer.alloc(0);
const endOfHead = Buffer.from('\r\n\r\n');
const beginOfStatusLine = 'HTTP/1.';
const noStatusLine = 'the answer has a malformed status line';

export interface UpstreamAnswerOptions {
  maxHeadBytes?: number;
  maxInterimAnswers?: number;
  /** Called with each interim answer (100, 103, …), which is skipped. */
  onInterim?: ((answer: InterimAnswer) => void) | null;
}

/**
 * Reads the head of an answer (RFC 9112 §4, §5) from chunks. The result does not depend on how the bytes are
 * chunked. The reader is strict, so that no later reader can interpret the head differently: lines must end
 * in CRLF, names must be tokens, and folded lines and control bytes are rejected. Interim answers are
 * skipped. A reader must not be used again after it has returned anything other than `more`.
 */
export class UpstreamAnswerReader {
  readonly #maxHeadBytes: number;
  readonly #maxInterimAnswers: number;
  readonly #onInterim: ((answer: InterimAnswer) => void) | null;
  #buffered: Buffer = nothing;
  /** The beginning of these bytes in Latin-1, one character for each byte. */
  #text = '';
  #headStart = 0;
  #lineStart = 0;
  #scanned = 0;
  #interimAnswers = 0;
  #statusLine: StatusLine | null = null;
  #headers: HeaderField[] = [];

  constructor(options: UpstreamAnswerOptions = {}) {
    this.#maxHeadBytes = options.maxHeadBytes ?? maxAnswerHeadBytes;
    this.#maxInterimAnswers = options.maxInterimAnswers ?? maxInterimAnswers;
    this.#onInterim = options.onInterim ?? null;
  }

  push(chunk: Buffer): AnswerProgress {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    for (;;) {
      const lineEnd = this.#nextLineEnd();
      if (this.#statusLine === null && !this.#mayBeStatusLine()) return malformed(noStatusLine);
      this.#scanned = lineEnd === -1 ? this.#text.length : lineEnd + 1;
      if (this.#scanned - this.#headStart > this.#maxHeadBytes) {
        return malformed(`the head of the answer is longer than ${this.#maxHeadBytes} bytes`);
      }
      if (lineEnd === -1) return { state: 'more' };
      const line = this.#text.slice(this.#lineStart, lineEnd);
      this.#lineStart = this.#scanned;
      const progress = this.#takeLine(line);
      if (progress.state !== 'more') return progress;
    }
  }

  #nextLineEnd(): number {
    const lineEnd = this.#text.indexOf('\n', this.#scanned);
    if (lineEnd !== -1 || this.#text.length === this.#buffered.length) return lineEnd;
    const from = this.#text.length;
    // Bytes behind the head are the body, which may be long.
    const end = this.#buffered.indexOf(endOfHead, from);
    const to = end === -1 ? this.#buffered.length : end + endOfHead.length;
    this.#text += this.#buffered.toString('latin1', from, to);
    return this.#text.indexOf('\n', this.#scanned);
  }

  // Without waiting for the end of a line: a server of another protocol may not send one.
  #mayBeStatusLine(): boolean {
    return this.#text.startsWith(
      beginOfStatusLine.slice(0, this.#text.length - this.#lineStart),
      this.#lineStart,
    );
  }

  #takeLine(line: string): AnswerProgress {
    if (!line.endsWith('\r')) return malformed('a line of the answer does not end in CRLF');
    const text = line.slice(0, -1);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text))
      return malformed('the answer has a control byte in its head');
    if (this.#statusLine === null) return this.#takeStatusLine(text);
    if (text === '') return this.#endHead(this.#statusLine);
    const field = readFieldLine(text);
    if (field === null) return malformed('the answer has a malformed header line');
    this.#headers.push(field);
    return { state: 'more' };
  }

  #takeStatusLine(text: string): AnswerProgress {
    this.#statusLine = readStatusLine(text);
    return this.#statusLine === null ? malformed(noStatusLine) : { state: 'more' };
  }

  #endHead(statusLine: StatusLine): AnswerProgress {
    if (statusLine.statusCode >= 200 || statusLine.statusCode === 101) {
      const head = this.#buffered.subarray(this.#headStart, this.#scanned);
      const isAll = this.#scanned === this.#buffered.length;
      const rest = isAll ? nothing : this.#buffered.subarray(this.#scanned);
      const { httpVersion, statusCode, reasonPhrase } = statusLine;
      const answer = { httpVersion, statusCode, reasonPhrase, headers: this.#headers, head };
      return { state: 'answer', answer, rest };
    }
    this.#interimAnswers += 1;
    if (this.#interimAnswers > this.#maxInterimAnswers) {
      return malformed(`the upstream sent more than ${this.#maxInterimAnswers} interim answers`);
    }
    const { statusCode, reasonPhrase } = statusLine;
    this.#onInterim?.({ statusCode, reasonPhrase, headers: this.#headers });
    this.#headStart = this.#scanned;
    this.#statusLine = null;
    this.#headers = [];
    return { state: 'more' };
  }
}

// HTTP/1.0 has no 1xx answers (RFC 9110 §15.2). Servers often omit the space before an empty reason phrase.
function readStatusLine(text: string): StatusLine | null {
  const [, minor, digits, reasonPhrase = ''] = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: (.*))?$/.exec(text) ?? [];
  if (minor === undefined || digits === undefined) return null;
  const statusCode = Number(digits);
  if (minor === '0' && statusCode < 200) return null;
  return { httpVersion: minor === '0' ? '1.0' : '1.1', statusCode, reasonPhrase };
}

function malformed(detail: string): AnswerProgress {
  return { state: 'malformed', detail };
}
