import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';

/** A WebSocket whose other end reads nothing until the test releases it. */
export class StuckSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: [code: number, reason: string] | null = null;
  isTerminated = false;
  readonly #unsent: (() => void)[] = [];

  /** The same, typed as the WebSocket that it replaces. */
  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(text: string, onSent?: () => void): void {
    this.sent.push(text);
    this.bufferedAmount += text.length;
    if (onSent) this.#unsent.push(onSent);
  }

  ping(): void {
    this.bufferedAmount += 2;
  }

  close(code: number, reason: string): void {
    this.readyState = 2;
    this.closedWith ??= [code, reason];
  }

  terminate(): void {
    this.isTerminated = true;
  }

  /** The other end reads all buffered data. */
  drain(): void {
    this.bufferedAmount = 0;
    for (const onSent of this.#unsent.splice(0)) onSent();
  }
}
