import type { WebSocket } from 'ws';
import type { TapFrame } from '#libs/fleet';

// About ten frames with the largest payload, or some thousand without payload.
const maxBufferedBytes = 1024 * 1024;

/**
 * The client of a tap. Frames that arrive faster than it reads are omitted and counted, so the buffer is
 * bounded.
 */
export class TapWatcher {
  #socket: WebSocket | null = null;
  #ended: readonly [code: number, reason: string] | null = null;
  #omitted = 0;

  /** Sends later frames to this socket; earlier frames count as omitted. */
  attach(socket: WebSocket): void {
    this.#socket = socket;
    this.reportOmitted();
    if (this.#ended !== null) socket.close(...this.#ended);
  }

  show(frames: readonly TapFrame[]): void {
    for (const frame of frames) {
      this.reportOmitted();
      if (!this.#send({ type: 'frame', ...frame })) this.#omitted += 1;
    }
  }

  /** Counts frames that the gateway omitted. */
  addOmitted(count: number): void {
    this.#omitted += count;
    this.reportOmitted();
  }

  /** Reports the number of omitted frames, as soon as the buffer has room. */
  reportOmitted(): void {
    if (this.#omitted > 0 && this.#send({ type: 'omitted', count: this.#omitted })) this.#omitted = 0;
  }

  close(code: number, reason: string): void {
    this.reportOmitted();
    this.#ended ??= [code, reason];
    this.#socket?.close(code, reason);
  }

  #send(message: object): boolean {
    const socket = this.#socket;
    if (socket === null || socket.bufferedAmount > maxBufferedBytes) return false;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    return true;
  }
}
