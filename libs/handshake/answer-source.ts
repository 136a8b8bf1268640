import type { Duplex } from 'node:stream';

/** Receives the data that an upstream sends. */
export interface AnswerReceiver {
  /** The receiver owns the bytes. */
  onData(bytes: Buffer): void;
  onFin(): void;
  /** `error` is null if the socket did not fail. */
  onClosed(error: Error | null): void;
  onTimeout(): void;
}

/**
 * A connected socket with one receiver instead of listeners. Sockets of the engine implement it, so that
 * their handshakes need no Node stream and no Node timer.
 */
export interface AnswerSource {
  /** Sets the receiver, which first gets the data that has already arrived. */
  receive(receiver: AnswerReceiver): void;
  /** Calls `onTimeout` after the given number of milliseconds. */
  startTimer(milliseconds: number): void;
  resume(): void;
  /** Writes a text as Latin-1. */
  write(text: string): unknown;
  /** Removes the receiver, stops its timer, and keeps arriving data. */
  hold(): void;
  destroy(): void;
}

/** The same for a stream. */
export class StreamSource implements AnswerSource {
  #receiver: AnswerReceiver | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: Duplex) {}

  receive(receiver: AnswerReceiver): void {
    this.#receiver = receiver;
    const { stream } = this;
    stream.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    stream.on('error', this.#onError);
    if (stream.destroyed) this.#onClose();
    else if (stream.readableEnded) this.#onEnd();
  }

  startTimer(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#receiver?.onTimeout(), milliseconds);
  }

  resume(): void {
    this.stream.resume();
  }

  write(text: string): void {
    if (!this.stream.destroyed) this.stream.write(text, 'latin1');
  }

  hold(): void {
    this.#receiver = null;
    clearTimeout(this.#timer);
    const { stream } = this;
    stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    stream.off('error', this.#onError).pause();
  }

  destroy(): void {
    this.stream.destroy();
  }

  // The stream may have lent the bytes.
  readonly #onData = (bytes: Buffer): void => this.#receiver?.onData(Buffer.from(bytes));
  readonly #onEnd = (): void => this.#receiver?.onFin();
  readonly #onClose = (): void => this.#receiver?.onClosed(null);
  readonly #onError = (error: Error): void => this.#receiver?.onClosed(error);
}
