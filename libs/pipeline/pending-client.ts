import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LightAbort, type AbortNotice } from '#libs/async';
import { EngineSocket, type EngineSocketEvents } from '#libs/engine';
import type { AnsweringStream } from '#libs/handshake';
import { GatheredBytes } from '#libs/tunnel';

/** A client's socket, or its stream in a session. */
export type ClientSocket = Socket | AnsweringStream | EngineSocket;

const maxHeldBytes = 65_536;

/**
 * A client between its request and the join. Its early data is held, up to 64 KiB, until the 101. `signal` is
 * aborted when the client disconnects, which cancels the work for it.
 */
export class PendingClient implements EngineSocketEvents {
  readonly #held = new GatheredBytes();
  readonly #gone = new LightAbort();
  /** Only for a socket of Node. */
  #stopListening: (() => void) | null = null;

  /** A socket of Node always has another `error` listener. */
  constructor(
    readonly socket: ClientSocket,
    head: Buffer,
  ) {
    if (head.length > 0) this.#held.add(head);
    if (socket instanceof EngineSocket) socket.receive(this);
    else this.#stopListening = this.#listen(socket);
    // A socket that was read before is paused.
    socket.resume();
  }

  get signal(): AbortNotice {
    return this.#gone;
  }

  get isGone(): boolean {
    return this.#gone.aborted;
  }

  /** Stops watching, and returns the held bytes. A socket of Node is then paused. */
  release(): Buffer {
    const { socket } = this;
    if (socket instanceof EngineSocket) socket.hold();
    else this.#stopListening?.();
    return this.#held.take();
  }

  /** Stops watching, and returns the socket as a stream. The held bytes are discarded. */
  releaseStream(): Duplex {
    this.release();
    const { socket } = this;
    return socket instanceof EngineSocket ? socket.toStream() : socket;
  }

  onData(bytes: Buffer): void {
    this.#held.add(bytes);
    if (this.#held.length >= maxHeldBytes) this.socket.pause();
  }

  onFin(): void {
    this.#gone.abort();
  }

  onClosed(): void {
    this.#gone.abort();
  }

  /** Returns a function that removes the listeners. */
  #listen(socket: Duplex): () => void {
    const onGone = (): void => this.#gone.abort();
    const onData = (bytes: Buffer): void => this.onData(bytes);
    socket.on('error', onGone).on('close', onGone).on('end', onGone).on('data', onData);
    return () => {
      socket.off('error', onGone).off('close', onGone).off('end', onGone).off('data', onData).pause();
    };
  }
}
