import type { UpgradeHeads } from '#libs/engine';
import { readRequestHead, type ReceivedHead, type RequestHead } from '#libs/handshake';
import { GatheredBytes } from '#libs/tunnel';

const endOfHead = Buffer.from('\r\n\r\n');
const [tab, lineFeed, carriageReturn, space, colon] = [0x09, 0x0a, 0x0d, 0x20, 0x3a];
/** The length of a method and a version is less. */
const maxUncountedBytes = 32;
const [letterA, letterZ] = [0x41, 0x5a];

export type HeadRefusal = 'bad_handshake' | 'headers_too_large';

/** `rest` has the bytes after the head. */
export type HeadProgress =
  | { state: 'more' }
  | { state: 'head'; received: ReceivedHead; rest: Buffer }
  | { state: 'refused'; code: HeadRefusal };

const more: HeadProgress = { state: 'more' };

/**
 * Collects the bytes of a client until the head of its next request is complete, too long, or no head. Empty
 * lines before it are skipped (RFC 9112 §2.2). What it reads does not depend on how the bytes are chunked.
 */
export class RequestHeadReader {
  #gathered: GatheredBytes | null = null;
  #skippedBytes = 0;
  /** The bytes of an incomplete head that count, or fewer. */
  #countedBytes = 0;

  /** `upgrades` reads ordinary upgrades that arrive at once; null: the others are read in the same way. */
  constructor(
    private readonly maxBytes: number,
    private readonly upgrades: UpgradeHeads | null = null,
  ) {}

  /** Whether no byte of a head was read. */
  get isEmpty(): boolean {
    return this.#gathered === null;
  }

  push(chunk: Buffer): HeadProgress {
    return (this.#gathered === null ? this.#readUpgrade(chunk) : null) ?? this.#read(chunk);
  }

  #readUpgrade(chunk: Buffer): HeadProgress | null {
    const head = this.upgrades?.read(chunk) ?? null;
    if (head === null || head.headBytes > this.maxBytes) return null;
    this.#reset();
    return { state: 'head', received: upgradeOf(head), rest: chunk.subarray(head.headBytes) };
  }

  #read(chunk: Buffer): HeadProgress {
    const bytes = this.#withoutEmptyLines(this.#gather(chunk));
    if (bytes.length === 0)
      return this.#skippedBytes > this.maxBytes ? this.#refused('headers_too_large') : more;
    // The end of the head may have begun in the previous chunk.
    const from = Math.max(0, bytes.length - chunk.length - endOfHead.length + 1);
    const end = bytes.indexOf(endOfHead, from);
    if (end !== -1) return this.#complete(bytes, end + endOfHead.length);
    if (!isBeginningOfHead(bytes, from)) return this.#refused('bad_handshake');
    this.#countedBytes += countedIn(chunk);
    const isTooLong =
      this.#countedBytes > this.maxBytes + maxUncountedBytes || bytes.length > 2 * this.maxBytes;
    if (isTooLong) return this.#refused('headers_too_large');
    if (this.#gathered === null) {
      this.#gathered = new GatheredBytes();
      this.#gathered.add(bytes);
    }
    return more;
  }

  // Most heads arrive in one chunk, which is not copied.
  #gather(chunk: Buffer): Buffer {
    if (this.#gathered === null) return chunk;
    this.#gathered.add(chunk);
    return this.#gathered.peek();
  }

  #withoutEmptyLines(bytes: Buffer): Buffer {
    let start = 0;
    while (bytes[start] === carriageReturn && bytes[start + 1] === lineFeed) start += 2;
    if (start === 0) return bytes;
    this.#skippedBytes += start;
    this.#gathered = null;
    return bytes.subarray(start);
  }

  #complete(bytes: Buffer, headBytes: number): HeadProgress {
    this.#reset();
    const received = readRequestHead(bytes.subarray(0, headBytes));
    if (received === null) return { state: 'refused', code: 'bad_handshake' };
    const isTooLong = headBytes > this.maxBytes && isLongerThan(received.head, headBytes, this.maxBytes);
    if (isTooLong) return { state: 'refused', code: 'headers_too_large' };
    return { state: 'head', received, rest: bytes.subarray(headBytes) };
  }

  #refused(code: HeadRefusal): HeadProgress {
    this.#reset();
    return { state: 'refused', code };
  }

  #reset(): void {
    this.#gathered = null;
    this.#skippedBytes = 0;
    this.#countedBytes = 0;
  }
}

const websocket = ['websocket'];
const noBody: ReceivedHead['body'] = { ok: true, body: { kind: 'none' } };

function upgradeOf(head: RequestHead): ReceivedHead {
  return { head, upgrade: websocket, isPersistent: true, expect: undefined, body: noBody };
}

function countedIn(bytes: Buffer): number {
  let counted = 0;
  for (const byte of bytes) {
    if (byte > colon || (byte !== space && byte !== colon && !isLineEndOrTab(byte))) counted += 1;
  }
  return counted;
}

function isLineEndOrTab(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn || byte === tab;
}

/** Target, names and values count, but not what separates them; all bytes may be twice as many. */
function isLongerThan({ target, rawHeaders }: RequestHead, headBytes: number, maxBytes: number): boolean {
  return (
    headBytes > 2 * maxBytes || rawHeaders.reduce((sum, text) => sum + text.length, target.length) > maxBytes
  );
}

// A client that uses another protocol or other line ends is answered at once. Lines before `from` were
// checked earlier.
function isBeginningOfHead(bytes: Buffer, from: number): boolean {
  const first = bytes[0] ?? 0;
  const isLoneReturn = first === carriageReturn && bytes.length === 1;
  if (!isLoneReturn && (first < letterA || first > letterZ)) return false;
  for (let at = bytes.indexOf(lineFeed, from); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at - 1] !== carriageReturn) return false;
  }
  return true;
}
