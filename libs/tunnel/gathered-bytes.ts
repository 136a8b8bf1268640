// A shared empty buffer. A connection may keep the result of `take` for its whole life.
const nothing = Buffer.alloc(0);

/**
 * Collects bytes that arrive in chunks and must be kept. It copies them into one block of memory, which is at
 * most twice as large as the bytes. If the chunks were kept as they arrive, thousands of chunks of one byte
 * would each cost some hundred bytes, or would keep the memory of a whole read.
 */
export class GatheredBytes {
  #memory: Buffer = nothing;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) this.#grow(length);
    this.#memory.set(chunk, this.#length);
    this.#length = length;
  }

  /** Returns all bytes that were added. The result is valid until more bytes are added. */
  peek(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Returns all bytes that were added, and empties this object. */
  take(): Buffer {
    const taken = this.#length === 0 ? nothing : this.#memory.subarray(0, this.#length);
    this.#memory = nothing;
    this.#length = 0;
    return taken;
  }

  #grow(length: number): void {
    // Does not use Node's pool, in which a few bytes would keep 8 KiB.
    const memory = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#memory.length));
    memory.set(this.#memory.subarray(0, this.#length));
    this.#memory = memory;
  }
}
