/** The first bytes of one frame's payload, unmasked as they arrive (RFC 6455 §5.3). */
export class CollectedPayload {
  readonly #bytes: Uint8Array;
  readonly #mask: Uint8Array | null;
  #length = 0;

  /** Keeps at most `maxBytes`; `mask` is copied. */
  constructor(maxBytes: number, mask: Uint8Array | null) {
    this.#bytes = Buffer.alloc(maxBytes);
    this.#mask = mask && Uint8Array.from(mask);
  }

  /** The bytes received so far. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(chunk: Uint8Array): void {
    const start = this.#length;
    const end = Math.min(start + chunk.length, this.#bytes.length);
    for (let position = start; position < end; position += 1) {
      this.#bytes[position] = (chunk[position - start] ?? 0) ^ (this.#mask?.[position % 4] ?? 0);
    }
    this.#length = end;
  }
}
