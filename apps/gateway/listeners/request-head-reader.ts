import { GatheredBytes } from '#libs/tunnel';

const endOfHead = Buffer.from('\r\n\r\n');

/** `bytes` is all that has come; `headBytes` is how many of them are the head, with its empty line. */
export type HeadProgress =
  | { state: 'more' }
  | { state: 'head'; bytes: Buffer; headBytes: number }
  | { state: 'tooLong'; bytes: Buffer };

/** Gathers the bytes of a client until the head of its request is whole, or too long. */
export class RequestHeadReader {
  #gathered = new GatheredBytes();

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): HeadProgress {
    // Most heads come in one piece, which is not copied.
    const isFirst = this.#gathered.length === 0;
    const end = isFirst ? chunk.indexOf(endOfHead) : -1;
    if (end !== -1) return this.#progress(chunk, end);
    this.#gathered.add(chunk);
    const bytes = this.#gathered.peek();
    // The end may have begun in the chunk before.
    const from = Math.max(0, bytes.length - chunk.length - endOfHead.length + 1);
    const found = bytes.indexOf(endOfHead, from);
    if (found === -1 && bytes.length <= this.maxBytes) return { state: 'more' };
    return this.#progress(this.#gathered.take(), found);
  }

  /** What has come so far, of a head that does not become whole. */
  take(): Buffer {
    return this.#gathered.take();
  }

  #progress(bytes: Buffer, end: number): HeadProgress {
    const headBytes = end + endOfHead.length;
    return end === -1 || headBytes > this.maxBytes
      ? { state: 'tooLong', bytes }
      : { state: 'head', bytes, headBytes };
  }
}
