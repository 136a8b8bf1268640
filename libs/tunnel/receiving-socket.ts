import { writeCopy } from './outgoing-copies.js';
import type { RelaySocket } from './relay-socket.js';

const nothing = Buffer.alloc(0);

export interface ReceivingSocketEvents {
  onBehind(): void;
  /** The socket is no longer behind. */
  onReady(): void;
}

/**
 * The socket that a direction writes to. It is behind from the first byte that the system does not accept at
 * once until the system has accepted all bytes. Node's `drain` event would be emitted only after 16 KiB,
 * which may be as many writes, each with its own memory.
 */
export class ReceivingSocket {
  #isBehind = false;

  constructor(
    private readonly socket: RelaySocket,
    private readonly events: ReceivingSocketEvents,
  ) {}

  get isBehind(): boolean {
    return this.#isBehind;
  }

  get isWritable(): boolean {
    return this.socket.writable;
  }

  /** The bytes that were written and that the system has not accepted yet. */
  get queuedBytes(): number {
    return this.socket.writableLength;
  }

  /** The bytes that the system has accepted. It accepts more only as the peer acknowledges them. */
  get takenBytes(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /**
   * Must be called only while the socket is writable. `areLent`: the bytes change after this call returns.
   */
  write(bytes: Buffer, areLent = false): void {
    if (areLent) writeCopy(this.socket, bytes);
    else this.socket.write(bytes);
    if (!this.#isBehind && this.socket.writableLength > 0) this.#waitUntilTaken();
  }

  // Uses an empty write, whose callback reports that the system has accepted all bytes before it. A callback
  // for every write would cost 0.3 µs per message.
  #waitUntilTaken(): void {
    this.#isBehind = true;
    this.socket.write(nothing, () => {
      this.#isBehind = false;
      this.events.onReady();
    });
    this.events.onBehind();
  }
}
