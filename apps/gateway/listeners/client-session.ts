import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { endFlood, SessionWindows } from '#libs/http2';
import { keepAliveTimeoutMs, type RequestBounds } from './request-bounds.js';

export interface ClientSessionEvents {
  /** `rawHeaders` is flat, with the pseudo-fields. */
  onStream(stream: ServerHttp2Stream, session: ClientSession, rawHeaders: string[]): void;
  onClosed(session: ClientSession): void;
}

/** How many streams of one session may be open; the least that RFC 9113 §6.5.2 recommends. */
const maxConcurrentStreams = 100;
/**
 * How many streams of a session may have been reset, by either side; the count falls by 100 with each check,
 * once a second. A client that exceeds it is disconnected, before nghttp2 stops at 1,000 without closing the
 * socket.
 */
const maxResets = 500;
const forgottenResets = 100;
/** How long a client may take to close the socket of a session that has ended. */
const lingerMs = 2000;

/** One session of a client, with its timeouts. */
export class ClientSession {
  readonly windows: SessionWindows;
  readonly #session: ServerHttp2Session;
  #hasAdmitted = false;
  #openStreams = 0;
  #resets = 0;
  /** When the session ends, or the socket of an ended one; null while streams are open. */
  #deadlineMs: number | null;

  constructor(
    readonly socket: Socket,
    bounds: RequestBounds,
    events: ClientSessionEvents,
  ) {
    this.#deadlineMs = performance.now() + bounds.headersTimeoutMs;
    const session = performServerHandshake(socket, optionsFor(bounds));
    this.#session = session;
    this.windows = new SessionWindows(session);
    session.on('error', () => undefined);
    session.once('close', () => events.onClosed(this));
    session.on('stream', (stream: ServerHttp2Stream, _headers: object, _flags: number, raw: string[]) => {
      this.#count(stream);
      events.onStream(stream, this, raw);
    });
  }

  /** Asks the client to open no more streams; those that are open go on. */
  startDraining(): void {
    this.#session.close();
    if (this.#openStreams === 0) this.#deadlineMs = performance.now() + lingerMs;
  }

  /** A stream was admitted. Until then, a client has no more than the windows that all clients have. */
  onAdmitted(): void {
    this.#hasAdmitted = true;
    this.windows.widen();
  }

  /** Call it regularly: widens the windows again, and ends a session that has had no stream for too long. */
  check(nowMs: number): void {
    this.#resets = Math.max(0, this.#resets - forgottenResets);
    if (this.#hasAdmitted) this.windows.widen();
    const isEnded = this.#session.destroyed;
    if (isEnded) this.#deadlineMs ??= nowMs + lingerMs;
    if (this.#deadlineMs === null || nowMs < this.#deadlineMs) return;
    // A session waits until its client has read the last frames. A client may never do that.
    if (isEnded || this.#session.closed) this.socket.destroy();
    else this.startDraining();
  }

  #onReset(): void {
    this.#resets += 1;
    if (this.#resets > maxResets) endFlood(this.#session, 'too many streams were reset');
  }

  #count(stream: ServerHttp2Stream): void {
    this.#openStreams += 1;
    this.#deadlineMs = null;
    stream.once('close', () => {
      this.#openStreams -= 1;
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) this.#onReset();
      if (this.#openStreams > 0) return;
      this.#deadlineMs = performance.now() + (this.#session.closed ? lingerMs : keepAliveTimeoutMs);
    });
  }
}

function optionsFor({ maxHeaderBytes }: RequestBounds): Parameters<typeof performServerHandshake>[1] {
  // A field counts 32 bytes more than its text. A head between the two bounds is answered with 431.
  const maxHeaderListSize = 2 * maxHeaderBytes;
  return {
    settings: { enableConnectProtocol: true, maxConcurrentStreams, maxHeaderListSize },
    // A client can ignore the size until it has acknowledged the settings, but not this.
    maxHeaderListPairs: Math.ceil(maxHeaderListSize / 32),
  };
}
