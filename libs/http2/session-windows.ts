import type { ServerHttp2Session } from 'node:http2';
import { endFlood } from './end-flood.js';

/** The default of RFC 9113 §6.9.2, which no client can be denied: it holds until it knows the settings. */
const narrowBytes = 65_535;
/** With a round trip of 20 ms, an upload of 16 MiB takes 5.8 s with narrow windows, and 0.4 s with this. */
const wideBytes = 2 ** 20;
/**
 * The window of the session. Node reopens it as bytes arrive, whoever reads them, so that one stream never
 * holds up another. It bounds what a client may send before it has seen a change of the streams' windows.
 */
const sessionBytes = 2 ** 22;
/** What a session may hold while the windows of its streams are wide, and while they become so. */
const maxWideBytes = 2 ** 22;
const maxWideningBytes = 2 ** 20;
/**
 * What a session may hold at all. A client that follows its windows never gets there: it has at most
 * `maxWideBytes`, `sessionBytes` and `narrowBytes` for each of its 100 streams, 14.3 MiB.
 */
const maxHeldBytes = 2 ** 24;

/**
 * The flow-control windows with which a client sends to the gateway. They are wide while the streams of the
 * session are read. When a session holds too many bytes that nobody reads, they become narrow for all of its
 * streams, so that each stream can still proceed, and their sum stays bounded.
 */
export class SessionWindows {
  #heldBytes = 0;
  #isWide = false;

  constructor(private readonly session: ServerHttp2Session) {
    session.setLocalWindowSize(sessionBytes);
  }

  /** The bytes that have arrived on all streams, and that nobody has read. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  hold(bytes: number): void {
    this.#heldBytes += bytes;
    const { session } = this;
    if (session.destroyed) return;
    if (this.#heldBytes > maxHeldBytes) endFlood(session, 'the client ignores its windows');
    else if (this.#isWide && this.#heldBytes > maxWideBytes) this.#change(false);
  }

  release(bytes: number): void {
    this.#heldBytes -= bytes;
  }

  /** Widens the windows of all streams, unless the session holds too much. */
  widen(): void {
    if (this.#isWide || this.#heldBytes > maxWideningBytes || this.session.destroyed) return;
    this.#change(true);
  }

  #change(isWide: boolean): void {
    this.#isWide = isWide;
    this.session.settings({ initialWindowSize: isWide ? wideBytes : narrowBytes });
  }
}
