import type { Socket } from 'node:net';
import type { EngineSocketEvents } from '#libs/engine';
import type { ClientTransport } from './client-transport.js';

/** The bytes that may wait for a slow client before the upstream has to wait for it too. */
const maxWaitingBytes = 65_536;

/** A half-open socket of Node, with TLS or without, that is used like one of the engine. */
export class NodeTransport implements ClientTransport {
  #receiver: EngineSocketEvents | null = null;
  #timer: NodeJS.Timeout | undefined;
  #mustFlush = false;

  /** The socket has another `error` listener. */
  constructor(private readonly socket: Socket) {}

  receive(receiver: EngineSocketEvents): void {
    this.#receiver = receiver;
    const { socket } = this;
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('drain', this.#onDrain)
      .on('close', this.#onClose);
  }

  hold(): void {
    this.#receiver = null;
    this.stopTimer();
    const { socket } = this;
    socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('drain', this.#onDrain)
      .off('close', this.#onClose);
    socket.pause();
  }

  startTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#receiver?.onTimeout?.(), milliseconds);
  }

  stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.socket.resume();
  }

  pause(): void {
    this.socket.pause();
  }

  write(bytes: Buffer | string): boolean {
    const { socket } = this;
    if (!socket.writable) return true;
    socket.write(bytes, 'latin1');
    this.#mustFlush = socket.writableLength > maxWaitingBytes;
    return !this.#mustFlush;
  }

  flush(): boolean {
    const { writable, writableLength, writableNeedDrain } = this.socket;
    this.#mustFlush = writable && writableNeedDrain && writableLength > 0;
    return !this.#mustFlush;
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  resetAndDestroy(): void {
    this.socket.resetAndDestroy();
  }

  readonly #onData = (bytes: Buffer): void => this.#receiver?.onData?.(bytes);

  readonly #onEnd = (): void => this.#receiver?.onFin?.();

  readonly #onDrain = (): void => {
    if (!this.#mustFlush) return;
    this.#mustFlush = false;
    this.#receiver?.onFlushed?.();
  };

  readonly #onClose = (): void => {
    this.stopTimer();
    this.#receiver?.onClosed(null);
  };
}
