import { Writable } from 'node:stream';
import { Receiver } from 'ws';
import type { FrameSender } from '#libs/tunnel';
import { controlFrame, encodeFrame } from './frame-bytes.js';

// `ws` exports its receiver, but its typings omit it.
declare module 'ws' {
  class Receiver extends Writable {
    constructor(options: { isServer: boolean; maxPayload: number; skipUTF8Validation: boolean });
  }
}

/** How a stream ended for `ws`: with a close frame, or with one of its documented error codes. */
export type WsEnd =
  { kind: 'closed'; closeCode: number } | { kind: 'failed'; errorCode: string; detail: string };

const probePayload = Buffer.from('is this a frame?');

/**
 * The reading of one direction's frames by `ws`, without the check that a proxy cannot do because it reads no
 * payload: whether text is UTF-8 (RFC 6455 §8.1).
 */
export class WsReading {
  /** The number of complete data messages. */
  messages = 0;
  end: WsEnd | null = null;
  readonly #receiver: Receiver;
  readonly #probeMask: Uint8Array | null;
  #hasHeardProbe = false;

  /** `maxMessageBytes`: Infinity for no limit, otherwise from 1 to 2³¹ − 1. */
  constructor({ sender, maxMessageBytes }: { sender: FrameSender; maxMessageBytes: number }) {
    const isServer = sender === 'client';
    const maxPayload = maxMessageBytes === Infinity ? 0 : maxMessageBytes;
    this.#receiver = new Receiver({ isServer, maxPayload, skipUTF8Validation: true });
    this.#probeMask = isServer ? new Uint8Array(4) : null;
    this.#receiver.on('message', () => (this.messages += 1));
    this.#receiver.on('conclude', (closeCode: number) => (this.end = { kind: 'closed', closeCode }));
    this.#receiver.on('ping', (payload: Buffer) => (this.#hasHeardProbe ||= payload.equals(probePayload)));
    // The error is read from the stream, which has it at once.
    this.#receiver.on('error', () => undefined);
  }

  /** Returns the end as soon as there is one; nothing may be pushed after it. */
  push(bytes: Uint8Array): WsEnd | null {
    // A copy, because the receiver unmasks in place.
    this.#receiver.write(Buffer.from(bytes));
    const error: unknown = this.#receiver.errored;
    if (error instanceof Error && 'code' in error) {
      this.end = { kind: 'failed', errorCode: String(error.code), detail: error.message };
    }
    return this.end;
  }

  /**
   * Whether a frame may start here: whether `ws` reports a ping that is inserted here. Nothing may be pushed
   * after it.
   */
  probeBoundary(): boolean {
    this.push(encodeFrame(controlFrame(9, probePayload, this.#probeMask)));
    return this.#hasHeardProbe;
  }
}
