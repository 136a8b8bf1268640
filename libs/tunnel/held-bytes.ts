/**
 * Holds the bytes of a sender that may not pass yet: an incomplete header, an incomplete pong, or bytes that
 * the rate delays. They are passed on before the next bytes of the sender.
 */
export class HeldBytes {
  #bytes: Buffer | null = null;

  get length(): number {
    return this.#bytes?.length ?? 0;
  }

  /**
   * Keeps the bytes. It copies them if they are lent, or if a few bytes would keep a much larger block of
   * memory.
   */
  keep(bytes: Buffer, areLent: boolean): void {
    const isMostOfItsMemory = 2 * bytes.length > bytes.buffer.byteLength;
    this.#bytes = isMostOfItsMemory && !areLent ? bytes : copyOf(bytes);
  }

  /** Removes and returns the bytes; null if none are held. */
  take(): Buffer | null {
    const bytes = this.#bytes;
    this.#bytes = null;
    return bytes;
  }
}

// Does not use Node's pool, in which a few bytes would keep 8 KiB.
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
