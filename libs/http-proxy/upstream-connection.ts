import type { Socket } from 'node:net';

/** Receives what happens on a connection while it carries a request. */
export interface ConnectionReceiver {
  /** The receiver owns the bytes. */
  onBytes(bytes: Buffer): void;
  /** The upstream ends its side. */
  onFin(): void;
  /** `error` is null if the socket did not fail. */
  onClosed(error: Error | null): void;
  /** Written bytes have left, after a write that returned false. */
  onDrain(): void;
}

/** Where idle connections are kept. */
export interface ConnectionOwner {
  /** The connection is idle; false: there is no place for it. */
  keep(connection: UpstreamConnection): boolean;
  /** Called when its socket has closed. */
  drop(connection: UpstreamConnection): void;
}

/**
 * A connection to an upstream, which carries one request after the other. Its socket has the same listeners
 * for its whole life; they report to the exchange that uses it. While none does, bytes and a FIN close it.
 */
export class UpstreamConnection {
  /** Whether it has carried a request before. */
  isReused = false;
  #receiver: ConnectionReceiver | null = null;
  #error: Error | null = null;
  #idleUntilMs = 0;

  constructor(
    readonly socket: Socket,
    /** What it leads to. */
    readonly key: string,
    /** Whether the socket lends the bytes of its `data` events, so that they are copied. */
    private readonly isLending: boolean,
    private readonly owner: ConnectionOwner,
  ) {
    // Dialed sockets are half-open. One that got a FIN is of no use for a further request.
    socket.allowHalfOpen = false;
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('drain', () => this.#receiver?.onDrain());
    socket.on('end', () => this.#onEnd());
    socket.on('error', (error) => (this.#error = error));
    socket.on('close', () => this.#onClose());
  }

  get isUsable(): boolean {
    const { destroyed, writable, readableEnded } = this.socket;
    return !destroyed && writable && !readableEnded;
  }

  /** Begins to report to the receiver. */
  use(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
    // A dialed socket is paused.
    this.socket.resume();
  }

  /** The request and its answer are complete. The connection is kept for so long, or closed if that is 0. */
  release(idleMs: number): void {
    this.#receiver = null;
    this.isReused = true;
    this.#idleUntilMs = performance.now() + idleMs;
    if (idleMs <= 0 || !this.isUsable || !this.owner.keep(this)) this.socket.destroy();
    // Its client may have read too slowly. What arrives now was not asked for.
    else if (this.socket.isPaused()) this.socket.resume();
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.#idleUntilMs;
  }

  /** Closes it, and reports nothing any more. */
  destroy(): void {
    this.#receiver = null;
    this.socket.destroy();
  }

  #onData(bytes: Buffer): void {
    if (this.#receiver === null) this.socket.destroy();
    else this.#receiver.onBytes(this.isLending ? Buffer.from(bytes) : bytes);
  }

  #onEnd(): void {
    if (this.#receiver === null) this.socket.destroy();
    else this.#receiver.onFin();
  }

  #onClose(): void {
    this.owner.drop(this);
    const receiver = this.#receiver;
    this.#receiver = null;
    receiver?.onClosed(this.#error);
  }
}
