import type { WebSocket } from 'ws';
import { maySee, type Principal } from '../http/principal.js';

// Bytes written to the socket that the kernel has not accepted yet; enough to keep a fast link busy.
const maxSendingBytes = 256 * 1024;
// Characters queued in addition. A change of 100,000 resources has 7 MB; a client that is further behind must
// read the state again. All subscribers share the texts, so several slow clients need no more memory than
// one.
const maxQueuedLength = 32 * 1024 * 1024;
// Sent texts are removed in batches, since removing one from the front of a long list moves all others.
const maxTaken = 1000;

/**
 * A client of `/v1/events`. Sends only events that the client may see, and closes a client that reads too
 * slowly.
 */
export class EventSubscriber {
  readonly #socket: WebSocket;
  readonly #principal: Principal;
  #queue: string[] = [];
  #next = 0;
  #queuedLength = 0;
  #onSent: (() => void)[] = [];

  constructor(socket: WebSocket, principal: Principal) {
    this.#socket = socket;
    this.#principal = principal;
    socket.once('close', () => this.#reportSent());
  }

  /**
   * Sends the event if the client may see it; closes a slow client with 1013. `tenantId` null: for operators
   * only.
   */
  publish(tenantId: string | null, text: string): void {
    if (this.#maySee(tenantId)) this.send(text);
  }

  /** Does the same with a message that every client may see. */
  send(text: string): void {
    if (!this.isOpen) return;
    this.#queue.push(text);
    this.#queuedLength += text.length;
    this.#send();
    if (this.#queuedLength <= maxQueuedLength) return;
    this.#queue = [];
    this.#socket.close(1013, 'too slow');
  }

  /** Resolves when everything is sent or the socket has closed. */
  whenSent(): Promise<void> {
    if (!this.isOpen || this.#queuedLength === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onSent.push(resolve));
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Sends as much as the socket accepts; the rest is sent when that has been written. */
  #send(): void {
    while (this.isOpen && this.#socket.bufferedAmount < maxSendingBytes) {
      const text = this.#take();
      if (text === undefined) {
        this.#reportSent();
        return;
      }
      this.#socket.send(text, () => this.#send());
    }
  }

  #reportSent(): void {
    for (const report of this.#onSent.splice(0)) report();
  }

  #take(): string | undefined {
    const text = this.#queue[this.#next];
    this.#next += 1;
    this.#queuedLength -= text?.length ?? 0;
    if (text === undefined || this.#next >= maxTaken) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
    }
    return text;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #maySee(tenantId: string | null): boolean {
    return maySee(this.#principal, tenantId);
  }
}
