import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A client that connects again after each close, to the next gateway in turn. */
export class ReturningClient {
  /** The code and reason of each close that it did not ask for. */
  readonly closes: [code: number, reason: string][] = [];
  #socket: WebSocket;
  #hasLeft = false;

  /** `index` says with which of the gateways it begins. */
  constructor(
    private readonly urls: readonly string[],
    private index: number,
  ) {
    this.#socket = this.#connect();
  }

  async opened(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, 'open');
  }

  leave(): void {
    this.#hasLeft = true;
    this.#socket.terminate();
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.urls[this.index % this.urls.length] ?? '');
    this.index += 1;
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      if (this.#hasLeft) return;
      this.closes.push([code, reason.toString()]);
      this.#socket = this.#connect();
    });
    return socket;
  }
}
