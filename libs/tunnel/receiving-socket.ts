import type { Socket } from 'node:net';
import { writeCopy } from './outgoing-copies.js';

const nothing = Buffer.alloc(0);

export interface ReceivingSocketEvents {
  onBehind(): void;
  /** It is no longer behind. */
  onReady(): void;
}

/**
 * The socket that a direction writes to. It is behind from the first byte that the system does not take at once until the system
 * has taken all of them. Node's `drain` would come only after 16 KiB, which may be as many writes, each with memory
 * of its own.
 */
export class ReceivingSocket {
  #isBehind = false;

  constructor(
    private readonly socket: Socket,
    private readonly events: ReceivingSocketEvents,
  ) {}

  get isBehind(): boolean {
    return this.#isBehind;
  }

  get isWritable(): boolean {
    return this.socket.writable;
  }

  /** Bytes that the system has taken; it takes more only as the peer acknowledges. */
  get takenBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** To be called while it is writable. `areLent`: the bytes change once this returns. */
  write(bytes: Buffer, areLent = false): void {
    if (areLent) writeCopy(this.socket, bytes);
    else this.socket.write(bytes);
    if (!this.#isBehind && this.socket.writableLength > 0) this.#waitUntilTaken();
  }

  // With an empty write, whose callback says that all before it were taken. A callback of every write would cost 0.3 µs of each
  // message.
  #waitUntilTaken(): void {
    this.#isBehind = true;
    this.socket.write(nothing, () => {
      this.#isBehind = false;
      this.events.onReady();
    });
    this.events.onBehind();
  }
}
