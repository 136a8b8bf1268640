import type { Problem } from '../api/client.js';
import { openApiLink } from './api-link.js';
import type { Handshake } from './credential.js';
import { hexOf } from './payload.js';
import {
  openBrowserLink,
  type HandshakeAnswer,
  type LinkEnd,
  type LinkEvents,
  type TestLink,
} from './test-link.js';

export interface LoggedMessage {
  id: number;
  direction: 'sent' | 'received';
  at: number;
  opcode: 'text' | 'binary';
  payload: string | Uint8Array<ArrayBuffer>;
  bytes: number;
  /** The beginning of the payload in one line. */
  preview: string;
  /** Time since the same payload was sent; null: it is no echo. */
  echoMs: number | null;
}

export type ConversationState = 'idle' | 'connecting' | 'open' | 'closing' | 'closed' | 'refused';

export interface Snapshot {
  state: ConversationState;
  openedAt: number | null;
  endedAt: number | null;
  subprotocol: string;
  extensions: string;
  /** The answer to the handshake; null: a browser does not show it. */
  answer: HandshakeAnswer | null;
  /** Why the API got no answer to the handshake, null if it did not report it; otherwise undefined. */
  failure: Problem | null | undefined;
  close: { code: number; reason: string } | null;
  messages: readonly LoggedMessage[];
  /** The number of messages that were dropped from the beginning of the log. */
  omitted: number;
  sent: { messages: number; bytes: number };
  received: { messages: number; bytes: number };
  lastEchoMs: number | null;
}

const nothing: Snapshot = {
  state: 'idle',
  openedAt: null,
  endedAt: null,
  subprotocol: '',
  extensions: '',
  answer: null,
  failure: undefined,
  close: null,
  messages: [],
  omitted: 0,
  sent: { messages: 0, bytes: 0 },
  received: { messages: 0, bytes: 0 },
  lastEchoMs: null,
};

const maxMessages = 5000;
const maxPendingEchoes = 200;
const previewLength = 300;

/**
 * One WebSocket of this page or of the API, with a log of its messages. Publishes at most one snapshot for
 * each picture of the screen, so that ten thousand messages a second do not freeze the page.
 */
export class Conversation {
  #snapshot = nothing;
  #next = nothing;
  #link: TestLink | null = null;
  #log: LoggedMessage[] = [];
  #pending: { payload: string; sentAt: number }[] = [];
  #scheduled: number | null = null;
  #lastId = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.#snapshot;

  /** Ends the last connection and opens another; throws a `SyntaxError` for a wrong URL or subprotocol. */
  connect(handshake: Handshake): void {
    const open = handshake.headers === null ? openBrowserLink : openApiLink;
    const isCurrent = (): boolean => this.#link === link;
    const events: LinkEvents = {
      opened: (accepted) => {
        if (isCurrent()) this.#change({ state: 'open', openedAt: Date.now(), ...accepted });
      },
      received: (data) => {
        if (isCurrent()) this.#received(data);
      },
      closed: (end) => {
        if (isCurrent()) this.#closed(end);
      },
    };
    const link = open(handshake, events);
    this.#release();
    this.#link = link;
    this.#pending = [];
    this.#log = [];
    this.#change({ ...nothing, state: 'connecting' });
  }

  /** Returns false if there is no open connection. */
  send(payload: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#link === null || this.#next.state !== 'open') return false;
    this.#link.send(payload);
    const message = this.#append('sent', payload, null);
    this.#pending.push({ payload: keyOf(payload), sentAt: performance.now() });
    if (this.#pending.length > maxPendingEchoes) this.#pending.shift();
    this.#change({ sent: plus(this.#next.sent, message.bytes) });
    return true;
  }

  close(): void {
    this.#link?.close();
    this.#change({ state: this.#next.state === 'connecting' ? 'idle' : 'closing' });
    if (this.#next.state === 'idle') this.#release();
  }

  clear(): void {
    this.#log = [];
    this.#change({ omitted: 0 });
  }

  /** Closes the socket without a trace, as when the page is left. */
  dispose(): void {
    this.#release();
    if (this.#scheduled !== null) cancelAnimationFrame(this.#scheduled);
    this.#scheduled = null;
  }

  #release(): void {
    this.#link?.close();
    this.#link = null;
  }

  #received(data: string | ArrayBuffer): void {
    const payload = typeof data === 'string' ? data : new Uint8Array(data);
    const echoMs = this.#takeEcho(payload);
    const message = this.#append('received', payload, echoMs);
    this.#change({
      received: plus(this.#next.received, message.bytes),
      lastEchoMs: echoMs ?? this.#next.lastEchoMs,
    });
  }

  #closed({ code, reason, answer, failure }: LinkEnd): void {
    this.#link = null;
    const isRefused = this.#next.openedAt === null;
    this.#change({
      state: isRefused ? 'refused' : 'closed',
      endedAt: Date.now(),
      close: { code, reason },
      answer: answer ?? this.#next.answer,
      failure,
    });
  }

  #takeEcho(payload: string | Uint8Array): number | null {
    const key = keyOf(payload);
    const index = this.#pending.findIndex((pending) => pending.payload === key);
    const [found] = index === -1 ? [] : this.#pending.splice(index, 1);
    return found === undefined ? null : performance.now() - found.sentAt;
  }

  #append(
    direction: LoggedMessage['direction'],
    payload: string | Uint8Array<ArrayBuffer>,
    echoMs: number | null,
  ): LoggedMessage {
    this.#lastId += 1;
    const opcode = typeof payload === 'string' ? 'text' : 'binary';
    const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload).length : payload.length;
    const message = {
      id: this.#lastId,
      direction,
      at: Date.now(),
      opcode,
      payload,
      bytes,
      preview: previewOf(payload),
      echoMs,
    } as const;
    this.#log.push(message);
    // A hidden page shows no pictures, and publishes nothing.
    this.#trim(2 * maxMessages);
    return message;
  }

  #trim(length: number): void {
    const excess = this.#log.length - length;
    if (excess <= 0) return;
    this.#log.splice(0, excess);
    this.#next = { ...this.#next, omitted: this.#next.omitted + excess };
  }

  #change(change: Partial<Snapshot>): void {
    this.#next = { ...this.#next, ...change };
    this.#scheduled ??= requestAnimationFrame(() => this.#publish());
  }

  #publish(): void {
    this.#scheduled = null;
    this.#trim(maxMessages);
    this.#next = { ...this.#next, messages: [...this.#log] };
    this.#snapshot = this.#next;
    for (const listener of this.#listeners) listener();
  }
}

function plus(
  total: { messages: number; bytes: number },
  bytes: number,
): { messages: number; bytes: number } {
  return { messages: total.messages + 1, bytes: total.bytes + bytes };
}

function keyOf(payload: string | Uint8Array): string {
  return typeof payload === 'string' ? `t${payload}` : `b${hexOf(payload)}`;
}

function previewOf(payload: string | Uint8Array): string {
  if (typeof payload === 'string') return payload.slice(0, previewLength).replaceAll(/\s+/g, ' ');
  return hexOf(payload.subarray(0, previewLength / 3));
}
