/**
 * What came from a sender and may not pass yet: a header or a pong that is not whole, or what the rate holds back. It goes before
 * what comes next.
 */
export class HeldBytes {
  #bytes: Buffer | null = null;

  /** Keeps a copy where the bytes are lent, and where few of them would keep the memory of many. */
  keep(bytes: Buffer, areLent: boolean): void {
    const isMostOfItsMemory = 2 * bytes.length > bytes.buffer.byteLength;
    this.#bytes = isMostOfItsMemory && !areLent ? bytes : copyOf(bytes);
  }

  /** Takes them out; null when nothing is held. */
  take(): Buffer | null {
    const bytes = this.#bytes;
    this.#bytes = null;
    return bytes;
  }
}

// Not from Node's pool, of which a few bytes would keep 8 KiB.
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
