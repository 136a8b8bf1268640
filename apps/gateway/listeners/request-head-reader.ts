import { GatheredBytes } from '#libs/tunnel';

const endOfHead = Buffer.from('\r\n\r\n');
const method = Buffer.from('GET ');
const [carriageReturn, lineFeed] = [0x0d, 0x0a];

/**
 * `bytes` are all received bytes; the first `headBytes` of them are the head with its empty line. `other`:
 * the bytes cannot become a head that `readRequestHead` accepts, or are too many.
 */
export type HeadProgress =
  { state: 'more' } | { state: 'head'; bytes: Buffer; headBytes: number } | { state: 'other'; bytes: Buffer };

/** Collects the bytes of a client until the head of its request is complete or too long. */
export class RequestHeadReader {
  #gathered = new GatheredBytes();

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): HeadProgress {
    // Most heads arrive in one chunk, which is not copied.
    const isFirst = this.#gathered.length === 0;
    const end = isFirst ? chunk.indexOf(endOfHead) : -1;
    if (end !== -1) return this.#progress(chunk, end);
    this.#gathered.add(chunk);
    const bytes = this.#gathered.peek();
    // The end of the head may have begun in the previous chunk.
    const from = Math.max(0, bytes.length - chunk.length - endOfHead.length + 1);
    const found = bytes.indexOf(endOfHead, from);
    const mayBecomeHead = found === -1 && bytes.length <= this.maxBytes && isBeginningOfHead(bytes, from);
    return mayBecomeHead ? { state: 'more' } : this.#progress(this.#gathered.take(), found);
  }

  /** Returns the bytes of an incomplete head. */
  take(): Buffer {
    return this.#gathered.take();
  }

  #progress(bytes: Buffer, end: number): HeadProgress {
    const headBytes = end + endOfHead.length;
    return end === -1 || headBytes > this.maxBytes
      ? { state: 'other', bytes }
      : { state: 'head', bytes, headBytes };
  }
}

// A client that uses another protocol or other line ends is answered at once. Lines before `from` were
// checked earlier.
function isBeginningOfHead(bytes: Buffer, from: number): boolean {
  const length = Math.min(bytes.length, method.length);
  if (bytes.compare(method, 0, length, 0, length) !== 0) return false;
  for (let at = bytes.indexOf(lineFeed, from); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at - 1] !== carriageReturn) return false;
  }
  return true;
}
