import type { Socket } from 'node:net';

const maxWaitMs = 15_000;

/** What comes out of a socket, all of it. */
export class ReceivedBytes {
  #hasEnded = false;
  #chunks: Buffer[] = [];
  #length = 0;
  #onProgress: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      this.#onProgress();
    });
    const onEnd = (): void => {
      this.#hasEnded = true;
      this.#onProgress();
    };
    socket.on('end', onEnd).on('close', onEnd);
    socket.resume();
  }

  /** Takes what has come, once there are at least so many bytes; rejects when they don't come. */
  async take(atLeast: number): Promise<Buffer> {
    await this.#until(() => this.#length >= atLeast || this.#hasEnded);
    if (this.#length < atLeast) throw new Error(`${this.#length} bytes came, and then the end`);
    return this.#takeAll();
  }

  /** Takes what has come, once no more can come. */
  async takeRest(): Promise<Buffer> {
    await this.#until(() => this.#hasEnded);
    return this.#takeAll();
  }

  #takeAll(): Buffer {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#length = 0;
    return bytes;
  }

  async #until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve, reject) => {
      const late = new Error(`nothing more came after ${this.#length} bytes`);
      const timer = setTimeout(() => reject(late), maxWaitMs);
      this.#onProgress = () => {
        if (!isMet()) return;
        clearTimeout(timer);
        this.#onProgress = () => undefined;
        resolve();
      };
    });
  }
}
