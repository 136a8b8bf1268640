import type { Socket } from 'node:net';

const maxWaitMs = 15_000;

/** All bytes received on a socket. */
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

  /** Takes the received bytes once there are at least this many; rejects if they do not arrive. */
  async take(atLeast: number): Promise<Buffer> {
    await this.#until(() => this.#length >= atLeast || this.#hasEnded);
    if (this.#length < atLeast) throw new Error(`only ${this.#length} bytes before the end`);
    return this.#takeAll();
  }

  /** Takes the received bytes after the end of the connection. */
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
      const late = new Error(`no more bytes after ${this.#length}`);
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
