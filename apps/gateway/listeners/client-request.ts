import { EventEmitter } from 'node:events';
import type { ReceivedHead } from '#libs/handshake';
import { BodyReader, type BodySink } from '#libs/http1';
import type { RequestStream } from '#libs/http-proxy';

const noTrailers: readonly string[] = [];

/**
 * An ordinary request on a connection of HTTP/1. It decodes its body, and holds what arrives while nobody
 * reads it; its connection then reads no further.
 */
export class ClientRequest extends EventEmitter implements RequestStream, BodySink {
  readonly method: string;
  readonly httpVersion: string;
  readonly headers: { readonly expect?: string | undefined };
  rawTrailers = noTrailers;
  readableDidRead = false;
  /** Null: the request has no body, or none whose end can be found. */
  readonly #body: BodyReader | null;
  /** What nobody reads yet: one read of the connection, and what had arrived before it stopped reading. */
  readonly #held: Buffer[] = [];
  #isFlowing = false;
  #hasEnded = false;

  /** `onWanted` is called when `wantsBytes` may have changed. */
  constructor(
    { head, expect, body }: ReceivedHead,
    private readonly onWanted: () => void,
  ) {
    super();
    this.method = head.method;
    this.httpVersion = head.httpVersion;
    this.headers = { expect };
    this.#body = body.ok && body.body.kind !== 'none' ? new BodyReader(body.body) : null;
  }

  /** Whether the whole body has arrived. */
  get complete(): boolean {
    return this.#body === null || this.#body.hasEnded;
  }

  /** Whether the connection should read more of the body. */
  get wantsBytes(): boolean {
    return !this.complete && (this.#isFlowing || this.#held.length === 0);
  }

  /** Why the body is malformed; null as long as it is not. Nothing may be read after that. */
  get problem(): string | null {
    return this.#body === null ? null : this.#body.problem;
  }

  /** Reads bytes of the body. Returns the position after it. Must not be called once it is complete. */
  read(bytes: Buffer): number {
    const body = this.#body;
    if (body === null) return 0;
    const end = body.read(bytes, 0, this);
    if (body.hasEnded && body.problem === null) {
      if (body.trailers.length > 0) this.rawTrailers = body.trailers.flat();
      this.#endIfRead();
    }
    return end;
  }

  onBody(bytes: Buffer): void {
    if (this.#isFlowing) this.#deliver(bytes);
    else this.#held.push(bytes);
  }

  override on(...[event, listener]: Parameters<EventEmitter['on']>): this {
    super.on(event, listener);
    // Its reader may add further listeners first.
    if (event === 'data') process.nextTick(() => this.resume());
    return this;
  }

  pause(): void {
    this.#isFlowing = false;
    this.onWanted();
  }

  resume(): void {
    if (this.#isFlowing || this.#hasEnded) return;
    this.#isFlowing = true;
    this.#deliverHeld();
    if (this.complete) this.#endIfRead();
    else this.onWanted();
  }

  // Its reader may pause it meanwhile.
  #deliverHeld(): void {
    while (this.#isFlowing && this.#held.length > 0) {
      const bytes = this.#held.shift();
      if (bytes !== undefined) this.#deliver(bytes);
    }
  }

  #deliver(bytes: Buffer): void {
    this.readableDidRead = true;
    this.emit('data', bytes);
  }

  #endIfRead(): void {
    if (!this.#isFlowing || this.#held.length > 0 || this.#hasEnded) return;
    this.#hasEnded = true;
    this.emit('end');
  }
}
