import { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { GatheredBytes, type TimingWheel, type WheelTimer } from '#libs/tunnel';
import type { NativeEngine } from './engine-addon.js';
import type { EngineSocketEvents } from './engine-socket-events.js';
import { EngineStream } from './engine-stream.js';
import type { SwitchedAnswer } from './upgrade-exchange.js';

const nothing = Buffer.alloc(0);
/** The bytes of the time at the start of what `takeBack` of the engine returns. */
const sentForBytes = 8;

/** The listener that accepted a socket, or its state of it. */
export interface EngineSocketOwner {
  /** Called once, when the socket is closed, joined, or handed over to Node. */
  onGone(): void;
  /** Called with the Node socket that replaces this one. */
  onHandedOver(socket: Socket): void;
}

export interface EngineSocketOrigin {
  id: number;
  /** The address of the peer. */
  remoteAddress: string;
  /** The number of the listener that accepted it; negative: none did. */
  listener: number;
}

/** The parts that all sockets of an engine share. */
export interface EngineSocketContext {
  native: NativeEngine;
  wheel: TimingWheel;
  /** Reports the events of a socket that the engine has recorded and not yet reported. */
  readUndelivered(socket: number): void;
}

/**
 * A plain TCP socket of the engine, until it is joined. It is half-open and sets TCP_NODELAY. Its events go
 * to one receiver, so that a handshake needs no stream, no listeners and no timers of Node. While there is no
 * receiver, the socket keeps the bytes that it has read and stops reading.
 */
export class EngineSocket {
  /** The id of this socket in the engine. */
  readonly id: number;
  readonly remoteAddress: string;
  readonly listener: number;
  /** Set by the listener that accepted the socket. */
  owner: EngineSocketOwner | null = null;
  readonly #context: EngineSocketContext;
  #receiver: EngineSocketEvents | null = null;
  #held: GatheredBytes | null = null;
  #timer: WheelTimer | null = null;
  #hasFin = false;
  /** Whether `resume` was called last, which a second call need not repeat in native code. */
  #isResumed = false;
  #isGone = false;
  #error: Error | null = null;

  constructor(context: EngineSocketContext, { id, remoteAddress, listener }: EngineSocketOrigin) {
    this.#context = context;
    this.id = id;
    this.remoteAddress = remoteAddress;
    this.listener = listener;
  }

  /** Whether the socket is closed, joined, or handed over to Node. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Sets the receiver of events. It first gets the bytes that were held, the FIN, and the close, as far as
   * they have arrived. The socket does not start to read.
   */
  receive(receiver: EngineSocketEvents): void {
    this.#receiver = receiver;
    if (receiver.onData && this.#held !== null) receiver.onData(this.takeHeld());
    if (this.#hasFin && this.#receiver === receiver) receiver.onFin?.();
    if (this.#isGone && this.#receiver === receiver) receiver.onClosed(this.#error);
  }

  /** Removes the receiver, and stops its timer. What arrives is held for the next receiver. */
  hold(): void {
    this.#receiver = null;
    this.#timer?.stop();
  }

  /** Takes the bytes that arrived while there was no receiver. */
  takeHeld(): Buffer {
    const held = this.#held?.take() ?? nothing;
    this.#held = null;
    return held;
  }

  /** Calls `onTimeout` after so many milliseconds, unless the receiver is removed before. */
  startTimer(milliseconds: number): void {
    this.#timer ??= this.#context.wheel.createTimer(() => this.#receiver?.onTimeout?.());
    this.#timer.start(milliseconds);
  }

  /** Safe to call without a timer. */
  stopTimer(): void {
    this.#timer?.stop();
  }

  resume(): void {
    if (this.#isGone || this.#isResumed) return;
    this.#isResumed = true;
    this.#context.native.resume(this.id);
  }

  pause(): void {
    if (this.#isGone) return;
    this.#isResumed = false;
    this.#context.native.pause(this.id);
  }

  /**
   * Writes a string as Latin-1. Returns false if the system has not taken all bytes yet; `onFlushed` follows.
   */
  write(bytes: Buffer | string): boolean {
    return this.#isGone || this.#context.native.write(this.id, bytes);
  }

  /** Sends a FIN after the written bytes. */
  end(): void {
    if (!this.#isGone) this.#context.native.end(this.id);
  }

  /** Closes the socket. Safe to call twice. */
  destroy(): void {
    if (this.#isGone) return;
    this.#context.native.destroy(this.id);
    this.#close(null);
  }

  /** Closes the socket with a RST. */
  resetAndDestroy(): void {
    if (this.#isGone) return;
    this.#context.native.reset(this.id);
    this.#close(null);
  }

  /** Must be called after the engine has joined the socket, which this object then no longer controls. */
  leave(): void {
    this.hold();
    this.#become(null);
  }

  /** Makes a stream of the socket. */
  toStream(): EngineStream {
    this.hold();
    return new EngineStream(this);
  }

  /**
   * Hands the connection over to a Node socket, which is paused. It first reads `taken`, then the bytes that
   * were read and that no receiver got. Returns null if the socket is gone or has pending writes; a socket
   * with pending writes is closed.
   */
  toNodeSocket(taken: Buffer = nothing): Socket | null {
    this.hold();
    this.#context.readUndelivered(this.id);
    if (this.#isGone) return null;
    const unread = Buffer.concat([taken, this.takeHeld()]);
    const descriptor = this.#context.native.release(this.id);
    const { owner } = this;
    this.leave();
    if (descriptor < 0) return null;
    // The system reports a FIN again even if it was already read.
    const socket = new Socket({ fd: descriptor, allowHalfOpen: true, readable: true, writable: true });
    socket.pause();
    if (unread.length > 0) socket.unshift(unread);
    owner?.onHandedOver(socket);
    return socket;
  }

  /**
   * Ends the exchange that the socket began with, unless its outcome is on the way. Returns the time since
   * the request was sent, whose answer then follows from its first byte. Returns null if it was not sent:
   * `onConnected` follows, and the user must send the request.
   */
  takeBack(): number | null {
    const taken = this.#isGone ? undefined : this.#context.native.takeBack(this.id);
    if (!taken) return null;
    if (taken.length > sentForBytes) {
      this.#held ??= new GatheredBytes();
      this.#held.add(taken.subarray(sentForBytes));
    }
    return taken.readDoubleLE(0);
  }

  /** @internal The engine reads the socket already. */
  noteReading(): void {
    this.#isResumed = true;
  }

  /** @internal */
  reportConnected(sentForMs: number | null): void {
    this.#receiver?.onConnected?.(sentForMs);
  }

  /** @internal */
  reportSwitched(answer: SwitchedAnswer): void {
    this.#receiver?.onSwitched?.(answer);
  }

  /** @internal */
  reportData(bytes: Buffer): void {
    if (this.#isGone) return;
    if (this.#receiver?.onData) {
      this.#receiver.onData(bytes);
      return;
    }
    this.pause();
    this.#held ??= new GatheredBytes();
    this.#held.add(bytes);
  }

  /** @internal */
  reportFin(): void {
    if (this.#isGone) return;
    this.#hasFin = true;
    this.#receiver?.onFin?.();
  }

  /** @internal */
  reportFlushed(): void {
    this.#receiver?.onFlushed?.();
  }

  /** @internal `error` is a libuv error, or 0 for none. */
  reportClosed(error: number): void {
    if (!this.#isGone) this.#close(error === 0 ? null : systemError(error));
  }

  #close(error: Error | null): void {
    this.#timer?.stop();
    this.#become(error);
    this.#receiver?.onClosed(error);
  }

  #become(error: Error | null): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#error = error;
    this.owner?.onGone();
    this.owner = null;
  }
}

/** Converts a libuv error to the error that a Node socket emits. */
export function systemError(error: number): Error & { code: string; errno: number } {
  const [code, message] = getSystemErrorMap().get(error) ?? ['UNKNOWN', `error ${error}`];
  return Object.assign(new Error(`${code}: ${message}`), { code, errno: error });
}
