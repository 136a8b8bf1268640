const opcodeClose = 0x8;
const firstControlOpcode = 0x8;
const longestHeader = 14;

/** Close status "no status received": a close frame without a code (RFC 6455 §7.4.1). */
const noStatusReceived = 1005;

/**
 * Follows the frames of one direction (RFC 6455 §5.2) through any chunking, reading headers only: payloads are
 * neither unmasked nor kept. It knows where frames end, so that a frame of the gateway's own can go between two of
 * them, counts messages, and notes the code of a close frame.
 */
export class FrameFollower {
  /** Data messages that are complete. */
  messages = 0;
  /** Code of the first close frame; null until it has come whole. */
  closeCode: number | null = null;

  #payloadLeft = 0;
  #headerLength = 0;
  readonly #header = new Uint8Array(longestHeader);
  #isFinal = false;
  #opcode = 0;
  // The first two payload bytes of a close frame, masked as they came.
  #closeBytes: number[] = [];

  /** Whether the bytes so far end with a whole frame. */
  get isAtBoundary(): boolean {
    return this.#payloadLeft === 0 && this.#headerLength === 0;
  }

  get hasClosed(): boolean {
    return this.closeCode !== null;
  }

  /** Follows a whole chunk. */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) offset = this.#step(chunk, offset);
  }

  /** Follows a chunk up to the end of the frame that is under way; answers with how many bytes that took. */
  pushToBoundary(chunk: Uint8Array): number {
    let offset = 0;
    while (offset < chunk.length && !this.isAtBoundary) offset = this.#step(chunk, offset);
    return offset;
  }

  #step(chunk: Uint8Array, offset: number): number {
    if (this.#payloadLeft > 0) return this.#followPayload(chunk, offset);
    return this.#followHeader(chunk, offset);
  }

  #followPayload(chunk: Uint8Array, offset: number): number {
    const length = Math.min(this.#payloadLeft, chunk.length - offset);
    if (this.#opcode === opcodeClose) this.#keepCloseBytes(chunk, offset, length);
    this.#payloadLeft -= length;
    if (this.#payloadLeft === 0) this.#endFrame();
    return offset + length;
  }

  #followHeader(chunk: Uint8Array, offset: number): number {
    let position = offset;
    let wanted = this.#headerLengthWanted();
    while (position < chunk.length && this.#headerLength < wanted) {
      this.#header[this.#headerLength] = chunk[position] ?? 0;
      this.#headerLength += 1;
      position += 1;
      wanted = this.#headerLengthWanted();
    }
    if (this.#headerLength === wanted) this.#endHeader();
    return position;
  }

  #headerLengthWanted(): number {
    if (this.#headerLength < 2) return 2;
    const second = this.#header[1] ?? 0;
    const maskLength = second & 0x80 ? 4 : 0;
    const length = second & 0x7f;
    if (length < 126) return 2 + maskLength;
    return (length === 126 ? 4 : 10) + maskLength;
  }

  #endHeader(): void {
    const [first = 0, second = 0] = this.#header;
    this.#isFinal = (first & 0x80) !== 0;
    this.#opcode = first & 0x0f;
    this.#payloadLeft = this.#payloadLength(second & 0x7f);
    if (this.#payloadLeft === 0) this.#endFrame();
    else if (this.#opcode !== opcodeClose) this.#headerLength = 0;
  }

  #payloadLength(shortLength: number): number {
    if (shortLength < 126) return shortLength;
    const view = new DataView(this.#header.buffer, 2);
    if (shortLength === 126) return view.getUint16(0);
    return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  }

  #endFrame(): void {
    if (this.#opcode === opcodeClose) this.#noteClose();
    else if (this.#isFinal && this.#opcode < firstControlOpcode) this.messages += 1;
    this.#headerLength = 0;
  }

  // The header stays until a close frame ends, since its last four bytes are the mask.
  #keepCloseBytes(chunk: Uint8Array, offset: number, length: number): void {
    for (let index = 0; index < length && this.#closeBytes.length < 2; index += 1) {
      this.#closeBytes.push(chunk[offset + index] ?? 0);
    }
  }

  #noteClose(): void {
    if (this.closeCode !== null) return;
    const [high, low] = this.#closeBytes;
    const isMasked = ((this.#header[1] ?? 0) & 0x80) !== 0;
    const mask = isMasked ? this.#header.subarray(this.#headerLength - 4) : null;
    this.closeCode =
      high === undefined || low === undefined
        ? noStatusReceived
        : ((high ^ (mask?.[0] ?? 0)) << 8) | (low ^ (mask?.[1] ?? 0));
  }
}
