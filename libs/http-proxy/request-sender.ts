import type { Socket } from 'node:net';
import { headerFields, type RequestBody } from '#libs/handshake';
import { lastChunk, writeChunk } from '#libs/http1';
import type { RequestStream } from './client-streams.js';
import { allowedTrailers } from './trailers.js';

export interface RequestSenderInput {
  socket: Socket;
  /** To be written as `latin1`. */
  head: string;
  body: RequestBody;
  request: RequestStream;
  maxRequestBytes: number | null;
  mayTrail: (name: string) => boolean;
}

export interface SenderOwner {
  /** Called for each part of the body, and at its end. */
  onProgress(): void;
  onTooLong(maxRequestBytes: number): void;
  /** The whole request was written. */
  onSent(): void;
}

/** What a connection may have to send before the body waits. `drain` follows whenever there is so much. */
const maxUnsentBytes = 65_536;

/** Sends a request, and its body as the client sends it, under backpressure. */
export class RequestSender {
  bytes = 0;
  /** Whether all of it was written. */
  isDone = false;
  #isStopped = false;
  /** Whether the body waits for the upstream to read. */
  #mayWait = true;

  constructor(
    private readonly input: RequestSenderInput,
    private readonly owner: SenderOwner,
  ) {}

  start(): void {
    const { socket, head, body, request } = this.input;
    if (body.kind === 'none') {
      this.isDone = true;
      socket.write(head, 'latin1');
      return;
    }
    // The body may have begun to arrive. It leaves with the head then.
    socket.cork();
    socket.write(head, 'latin1');
    request.on('error', ignoreError);
    request.on('data', this.#onData);
    request.once('end', () => this.#onEnd());
    process.nextTick(uncork, socket);
  }

  /** The connection can take more. */
  resume(): void {
    if (!this.isDone && !this.#isStopped) this.input.request.resume();
  }

  /** Sends the rest of a body that has arrived whole, without waiting for the upstream to read. */
  sendRest(): void {
    this.#mayWait = false;
    this.resume();
  }

  /** Takes no more of the body. */
  stop(): void {
    if (this.isDone || this.#isStopped) return;
    this.#isStopped = true;
    this.input.request.off('data', this.#onData);
  }

  readonly #onData = (bytes: Buffer): void => {
    const { socket, request, body, maxRequestBytes } = this.input;
    this.bytes += bytes.length;
    this.owner.onProgress();
    if (maxRequestBytes !== null && this.bytes > maxRequestBytes) {
      this.owner.onTooLong(maxRequestBytes);
      return;
    }
    // The parser of the client's bytes counts them too. A wrong number would shift all further requests.
    if (body.kind === 'length' && this.bytes > body.bytes) {
      socket.destroy();
      return;
    }
    if (body.kind === 'chunked') writeChunk(socket, bytes);
    else socket.write(bytes);
    if (socket.writableLength > maxUnsentBytes && this.#mayWait) request.pause();
  };

  #onEnd(): void {
    if (this.#isStopped) return;
    const { socket, request, body, mayTrail } = this.input;
    if (body.kind === 'chunked') {
      socket.write(lastChunk(allowedTrailers(headerFields(request.rawTrailers), mayTrail)), 'latin1');
    } else if (body.kind === 'length' && this.bytes !== body.bytes) {
      socket.destroy();
      return;
    }
    this.isDone = true;
    this.owner.onProgress();
    this.owner.onSent();
  }
}

function uncork(socket: Socket): void {
  socket.uncork();
}

function ignoreError(): void {
  // A body that breaks off aborts the exchange.
}
