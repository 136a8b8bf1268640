import { Duplex } from 'node:stream';
import type { EngineSocketEvents } from './engine-socket-events.js';

/** The methods of a socket that a stream uses; libs/engine/engine-socket.ts describes them. */
export interface StreamedSocket {
  readonly isGone: boolean;
  receive(receiver: EngineSocketEvents): void;
  resume(): void;
  pause(): void;
  write(bytes: Buffer | string): boolean;
  end(): void;
  destroy(): void;
}

type Done = (error?: Error | null) => void;

/**
 * A socket of the engine as a half-open stream, like a Node socket. Only few sockets become one: those that
 * are not answered with a 101. It is the receiver and the only user of its socket. Like other sockets of
 * clients it always has an `error` listener, so that an error cannot end the process.
 */
export class EngineStream extends Duplex implements EngineSocketEvents {
  readonly #socket: StreamedSocket;
  #onFlushed: Done | null = null;
  #hasFin = false;

  constructor(socket: StreamedSocket) {
    // Reads at most one chunk ahead, however small the chunks are.
    super({ allowHalfOpen: true, highWaterMark: 1, decodeStrings: false });
    this.#socket = socket;
    this.on('error', ignoreError);
    socket.receive(this);
    if (socket.isGone) this.destroy();
  }

  /** @internal */
  onData(bytes: Buffer): void {
    if (!this.destroyed && !this.push(bytes)) this.#socket.pause();
  }

  /** @internal */
  onFin(): void {
    this.#hasFin = true;
    if (!this.destroyed) this.push(null);
  }

  /** @internal */
  onFlushed(): void {
    const done = this.#onFlushed;
    this.#onFlushed = null;
    done?.();
  }

  /** @internal */
  onClosed(error: Error | null): void {
    // Both directions have ended: the stream closes by itself once all bytes were read.
    if (error === null && this.#hasFin && this.writableFinished) return;
    if (!this.destroyed) this.destroy(error ?? undefined);
  }

  override _read(): void {
    this.#socket.resume();
  }

  // A Latin-1 head is written as a string: allocating a buffer for it would cost more than copying its bytes.
  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: Done): void {
    const isText = typeof chunk === 'string' && encoding !== 'latin1';
    if (this.#socket.write(isText ? Buffer.from(chunk, encoding) : chunk)) done();
    else this.#onFlushed = done;
  }

  override _final(done: Done): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    // Calls the callback of the pending write.
    const onFlushed = this.#onFlushed;
    this.#onFlushed = null;
    onFlushed?.(error ?? new Error('the socket was closed before all was written'));
    done(error);
  }
}

function ignoreError(): void {
  // A failed stream also emits `close`, which its user handles.
}
