import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { getSystemErrorMap } from 'node:util';
import type { NativeEngine } from './engine-addon.js';

const nothing = Buffer.alloc(0);

type Done = (error?: Error | null) => void;

export interface EngineSocketInput {
  native: NativeEngine;
  id: number;
  /** The address of the peer. */
  remoteAddress: string;
  /** Reports the socket events that the engine has recorded and not yet reported. */
  readUndelivered: (socket: number) => void;
  /** Called with the Node socket that replaces this one. */
  onHandedOver: ((socket: Socket) => void) | null;
}

/**
 * A plain TCP socket of the engine, until it is joined. It is half-open, sets TCP_NODELAY, and is a stream
 * like a Node socket. It is far cheaper than a Node socket, because the engine reports the events of all its
 * sockets in one call. A connecting socket emits `connect`.
 */
export class EngineSocket extends Duplex {
  readonly remoteAddress: string;
  readonly #native: NativeEngine;
  readonly #id: number;
  readonly #readUndelivered: (socket: number) => void;
  readonly #onHandedOver: ((socket: Socket) => void) | null;
  #onFlushed: Done | null = null;
  /** True when the engine has released the socket, or another owner has taken it over. */
  #isGone = false;
  #hasFin = false;

  constructor({ native, id, remoteAddress, readUndelivered, onHandedOver }: EngineSocketInput) {
    // Reads at most one chunk ahead, however small the chunks are.
    super({ allowHalfOpen: true, highWaterMark: 1, decodeStrings: false });
    this.#native = native;
    this.#id = id;
    this.#readUndelivered = readUndelivered;
    this.#onHandedOver = onHandedOver;
    this.remoteAddress = remoteAddress;
  }

  /** The id of this socket in the engine. */
  get id(): number {
    return this.#id;
  }

  /** Closes the socket with a RST. */
  resetAndDestroy(): void {
    if (!this.#isGone) this.#native.reset(this.#id);
    this.destroy();
  }

  /**
   * Must be called after the engine has joined the socket. This object no longer controls the socket
   * afterwards.
   */
  leave(): void {
    this.#isGone = true;
    this.destroy();
  }

  /**
   * Hands the connection over to a Node socket, which first reads `taken`, then the bytes that were read and
   * not consumed. Both sockets are paused; this one must be paused before the call. Returns null when the
   * socket is gone or has pending writes; a socket with pending writes is closed.
   */
  toNodeSocket(taken: Buffer = nothing): Socket | null {
    this.#readUndelivered(this.#id);
    if (this.destroyed) return null;
    const unread = Buffer.concat([taken, unreadOf(this)]);
    const descriptor = this.#native.release(this.#id);
    this.leave();
    if (descriptor < 0) return null;
    // The system reports a FIN again even if it was already read.
    const socket = new Socket({ fd: descriptor, allowHalfOpen: true, readable: true, writable: true });
    socket.pause();
    if (unread.length > 0) socket.unshift(unread);
    this.#onHandedOver?.(socket);
    return socket;
  }

  /** @internal */
  reportConnected(): void {
    this.emit('connect');
  }

  /** @internal */
  reportData(bytes: Buffer): void {
    if (!this.destroyed && !this.push(bytes) && !this.#isGone) this.#native.pause(this.#id);
  }

  /** @internal */
  reportFin(): void {
    this.#hasFin = true;
    if (!this.destroyed) this.push(null);
  }

  /** @internal */
  reportFlushed(): void {
    const done = this.#onFlushed;
    this.#onFlushed = null;
    done?.();
  }

  /** @internal `error` is a libuv error, or 0 for none. */
  reportClosed(error: number): void {
    this.#isGone = true;
    // Both directions have ended: the socket closes by itself once all bytes were read.
    if (error === 0 && this.#hasFin && this.writableFinished) return;
    if (!this.destroyed) this.destroy(error === 0 ? undefined : systemError(error));
  }

  override _read(): void {
    if (!this.#isGone) this.#native.resume(this.#id);
  }

  // A Latin-1 head is written as a string: allocating a buffer for it would cost more than copying its bytes.
  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    const isText = typeof chunk === 'string' && encoding !== 'latin1';
    if (this.#isGone || this.#native.write(this.#id, isText ? Buffer.from(chunk, encoding) : chunk)) done();
    else this.#onFlushed = done;
  }

  override _final(done: Done): void {
    if (!this.#isGone) this.#native.end(this.#id);
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    if (!this.#isGone) this.#native.destroy(this.#id);
    this.#isGone = true;
    // Calls the callback of the pending write.
    const onFlushed = this.#onFlushed;
    this.#onFlushed = null;
    onFlushed?.(error ?? new Error('the socket was closed before all was written'));
    done(error);
  }
}

/** Takes the bytes that the socket has read and that were not consumed. */
export function unreadOf(socket: Duplex): Buffer {
  const unread: unknown = socket.read();
  return unread instanceof Uint8Array ? Buffer.from(unread) : nothing;
}

/** Converts a libuv error to the error that a Node socket emits. */
export function systemError(error: number): Error & { code: string; errno: number } {
  const [code, message] = getSystemErrorMap().get(error) ?? ['UNKNOWN', `error ${error}`];
  return Object.assign(new Error(`${code}: ${message}`), { code, errno: error });
}
