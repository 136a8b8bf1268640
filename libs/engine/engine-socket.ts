import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { getSystemErrorMap } from 'node:util';
import type { NativeEngine } from './engine-addon.js';

const nothing = Buffer.alloc(0);

type Done = (error?: Error | null) => void;

export interface EngineSocketInput {
  native: NativeEngine;
  id: number;
  /** Of its peer. */
  remoteAddress: string;
  /** Reports what has come to sockets and was not reported yet. */
  readUndelivered: (socket: number) => void;
  /** Called with the socket of Node's that it becomes. */
  onHandedOver: ((socket: Socket) => void) | null;
}

/**
 * A plain TCP socket of the engine, until it is joined: half-open, without Nagle's delay, and a stream like those of Node. It is far cheaper
 * than these, since the engine reports what has come to all its sockets in one call. One that is connecting emits `connect`.
 */
export class EngineSocket extends Duplex {
  readonly remoteAddress: string;
  readonly #native: NativeEngine;
  readonly #id: number;
  readonly #readUndelivered: (socket: number) => void;
  readonly #onHandedOver: ((socket: Socket) => void) | null;
  #onFlushed: Done | null = null;
  /** The engine knows it no more, or it is another one's. */
  #isGone = false;
  #hasFin = false;

  constructor({ native, id, remoteAddress, readUndelivered, onHandedOver }: EngineSocketInput) {
    // Reads no more than one chunk ahead, however small chunks are.
    super({ allowHalfOpen: true, highWaterMark: 1, decodeStrings: false });
    this.#native = native;
    this.#id = id;
    this.#readUndelivered = readUndelivered;
    this.#onHandedOver = onHandedOver;
    this.remoteAddress = remoteAddress;
  }

  /** What the engine knows it by. */
  get id(): number {
    return this.#id;
  }

  /** Closes it with a RST. */
  resetAndDestroy(): void {
    if (!this.#isGone) this.#native.reset(this.#id);
    this.destroy();
  }

  /** To be called when the engine has joined it: nothing is done with it here any more. */
  leave(): void {
    this.#isGone = true;
    this.destroy();
  }

  /**
   * Gives the connection to a socket of Node's, which reads `taken` first, then what was read and nobody has taken yet. Both are paused,
   * this one before the call. Null where it is gone, or where something that was written still waits: then it is closed.
   */
  toNodeSocket(taken: Buffer = nothing): Socket | null {
    this.#readUndelivered(this.#id);
    if (this.destroyed) return null;
    const unread = Buffer.concat([taken, unreadOf(this)]);
    const descriptor = this.#native.release(this.#id);
    this.leave();
    if (descriptor < 0) return null;
    // The system reports a FIN that was read already once more.
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

  /** @internal `error` is one of libuv, 0 for none. */
  reportClosed(error: number): void {
    this.#isGone = true;
    // Both ways have ended: it closes by itself once all of it was read.
    if (error === 0 && this.#hasFin && this.writableFinished) return;
    if (!this.destroyed) this.destroy(error === 0 ? undefined : systemError(error));
  }

  override _read(): void {
    if (!this.#isGone) this.#native.resume(this.#id);
  }

  // A head in Latin-1 is written as it is: a buffer for it would cost more than its bytes.
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
    // Whoever waits for it to be written.
    const onFlushed = this.#onFlushed;
    this.#onFlushed = null;
    onFlushed?.(error ?? new Error('the socket was closed before all was written'));
    done(error);
  }
}

/** Takes what the socket has read and nobody has taken yet. */
export function unreadOf(socket: Duplex): Buffer {
  const unread: unknown = socket.read();
  return unread instanceof Uint8Array ? Buffer.from(unread) : nothing;
}

/** An error of libuv as Node's own sockets give it. */
export function systemError(error: number): Error & { code: string; errno: number } {
  const [code, message] = getSystemErrorMap().get(error) ?? ['UNKNOWN', `error ${error}`];
  return Object.assign(new Error(`${code}: ${message}`), { code, errno: error });
}
