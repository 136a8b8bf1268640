// One for all: a connection may keep what was taken for as long as it lives.
const nothing = Buffer.alloc(0);

/**
 * Bytes that come in chunks and are kept. They are copied together into memory of their own, at most twice as large as they
 * are: kept as they come, thousands of chunks of one byte would each cost some hundred bytes, or keep the memory
 * of a whole read.
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

  /** All that was added; valid until more is added. */
  peek(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  /** Returns all that was added, and is empty then. */
  take(): Buffer {
    const taken = this.#length === 0 ? nothing : this.#memory.subarray(0, this.#length);
    this.#memory = nothing;
    this.#length = 0;
    return taken;
  }

  #grow(length: number): void {
    // Not of Node's pool, of which a few bytes would keep 8 KiB.
    const memory = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#memory.length));
    memory.set(this.#memory.subarray(0, this.#length));
    this.#memory = memory;
  }
}
