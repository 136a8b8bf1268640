import type { Socket } from 'node:net';
import type { EngineSocket, EngineSocketEvents, EngineSocketOwner } from '#libs/engine';
import type { RequestBounds } from './request-bounds.js';
import { RequestHeadReader } from './request-head-reader.js';

/** The events of a listener's clients. When one occurs, the socket has no receiver. */
export interface AcceptedClientEvents {
  /** The first `headBytes` of `bytes` are a head in the form that `readRequestHead` may accept. */
  onHead(socket: EngineSocket, bytes: Buffer, headBytes: number): void;
  /** The bytes cannot become such a head. */
  onOther(socket: EngineSocket, bytes: Buffer): void;
  /** The head was not complete in time. */
  onHeadTimeout(socket: EngineSocket): void;
  /** The socket is closed, joined, or handed over to Node. */
  onGone(socket: EngineSocket): void;
  onHandedOver(socket: Socket): void;
}

/** A client that the engine has accepted: reads the head of its request, and reports when it is gone. */
export class AcceptedClient implements EngineSocketEvents, EngineSocketOwner {
  readonly #reader: RequestHeadReader;

  constructor(
    private readonly socket: EngineSocket,
    private readonly events: AcceptedClientEvents,
    bounds: Pick<RequestBounds, 'maxHeaderBytes'>,
  ) {
    this.#reader = new RequestHeadReader(bounds.maxHeaderBytes);
    socket.owner = this;
  }

  readHead(timeoutMs: number): void {
    const { socket } = this;
    socket.startTimer(timeoutMs);
    socket.receive(this);
    socket.resume();
  }

  onData(bytes: Buffer): void {
    const progress = this.#reader.push(bytes);
    if (progress.state === 'more') return;
    const { socket, events } = this;
    socket.hold();
    if (progress.state === 'head') events.onHead(socket, progress.bytes, progress.headBytes);
    else events.onOther(socket, progress.bytes);
  }

  onFin(): void {
    this.socket.hold();
    this.events.onOther(this.socket, this.#reader.take());
  }

  onTimeout(): void {
    this.socket.hold();
    this.events.onHeadTimeout(this.socket);
  }

  onClosed(): void {
    // `onGone` follows from the same close.
  }

  onGone(): void {
    this.events.onGone(this.socket);
  }

  onHandedOver(socket: Socket): void {
    this.events.onHandedOver(socket);
  }
}
