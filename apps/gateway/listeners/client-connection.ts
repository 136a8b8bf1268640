import type { Release } from '#libs/async';
import type { EngineSocketEvents, UpgradeHeads } from '#libs/engine';
import { composeRefusal, type ReceivedHead, type RefusalExtras } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import type { ClientAnswer } from './client-answer.js';
import type { ClientRequest } from './client-request.js';
import type { ClientTransport } from './client-transport.js';
import type { AcceptedSocket } from './accepted-socket.js';
import { keepAliveTimeoutMs, type RequestBounds } from './request-bounds.js';
import { RequestHeadReader } from './request-head-reader.js';

/** A request that a connection serves. */
export interface RequestInProgress {
  readonly request: Pick<ClientRequest, 'complete' | 'problem' | 'wantsBytes' | 'read'>;
  readonly response: Pick<ClientAnswer, 'headersSent' | 'onFlushed'>;
  /** Called once the connection reads its body. */
  start(): void;
  /** Called when the client is gone, or the request is broken. */
  abandon(): void;
}

/** The owner of a connection. */
export interface ConnectionOwner {
  /** Reads ordinary upgrades in native code. */
  readonly upgradeHeads?: UpgradeHeads | null;
  /**
   * Called with each head. The connection reads no further request while it serves this one. Null if it does
   * not serve it: the owner has refused it, or has taken the transport.
   */
  onHead(connection: ClientConnection, received: ReceivedHead, rest: Buffer): RequestInProgress | null;
  /** Called when the connection has refused a client. */
  onRefused(code: RefusalCode): void;
}

/** How long a client may take to close the connection after the last answer, in milliseconds. */
const lingerMs = 2000;

/**
 * A client's connection of HTTP/1: reads the heads of its requests, one at a time, and the bodies of those
 * that it serves. Requests that the client pipelines wait, and it reads no further while they do.
 */
export class ClientConnection implements EngineSocketEvents {
  readonly #heads: RequestHeadReader;
  #served: RequestInProgress | null = null;
  /** The bytes after the request that is being served. */
  #unread: Buffer | null = null;
  /** Whether a request was answered. */
  #isKept = false;
  /** Whether a byte of the next request, or before it, has arrived. */
  #hasNext = false;
  #isClosing = false;
  #isReading = true;

  readonly transport: ClientTransport;
  /** Set by the owner once it serves a request: called when the connection can carry no further one. */
  leaveServing: Release | null = null;

  constructor(
    readonly accepted: AcceptedSocket,
    private readonly owner: ConnectionOwner,
    private readonly bounds: RequestBounds,
  ) {
    this.transport = accepted.transport;
    this.#heads = new RequestHeadReader(bounds.maxHeaderBytes, owner.upgradeHeads);
  }

  /** Starts to read the first request. */
  start(): void {
    const { transport } = this;
    transport.startTimer(this.bounds.headersTimeoutMs);
    transport.receive(this);
    transport.resume();
  }

  /** Closes the connection if it has no request, and may get another one. */
  closeIfIdle(): void {
    const hasRequest = this.#served !== null || this.#unread !== null || !this.#heads.isEmpty;
    if (this.#isKept && !hasRequest && !this.#isClosing) this.close();
  }

  /** Stops reading, for another owner of the socket. */
  leave(): void {
    this.transport.hold();
    this.leaveServing?.();
  }

  /** Answers instead of a request, and closes the connection. */
  refuse(code: RefusalCode, extras?: RefusalExtras): void {
    this.owner.onRefused(code);
    this.close(composeRefusal(code, extras));
  }

  /**
   * Writes the last bytes and closes the connection, so that the client can read them: closing a socket with
   * unread bytes would send a RST, which can destroy them.
   */
  close(lastBytes?: Buffer): void {
    const { transport } = this;
    this.#isClosing = true;
    this.#unread = null;
    transport.startTimer(lingerMs);
    if (lastBytes) transport.write(lastBytes);
    transport.end();
    this.#setReading(true);
  }

  /** Writes bytes of an answer. Returns false if some wait; the answer gets `onFlushed` when none does. */
  write(bytes: Buffer | string): boolean {
    return this.#expectProgress(this.transport.write(bytes));
  }

  /** Returns false if bytes of earlier writes wait, as `write` does. */
  flush(): boolean {
    return this.#expectProgress(this.transport.flush?.() ?? true);
  }

  /** Must be called when the answer to the request that is being served was written. */
  onAnswered(isLast: boolean): void {
    this.#served = null;
    if (this.#isClosing) return;
    if (isLast) {
      this.close();
      return;
    }
    this.#isKept = true;
    this.#hasNext = false;
    this.transport.startTimer(keepAliveTimeoutMs);
    // Later, when the connection to the upstream is free for the next request.
    if (this.#unread !== null) setImmediate(() => this.#readUnread());
    else this.#setReading(true);
  }

  /** Must be called when the request that is being served may want bytes, or no more. */
  readonly onWanted = (): void => {
    if (this.#isClosing || this.#served === null) return;
    const { request } = this.#served;
    this.#setReading(request.complete ? this.#unread === null : request.wantsBytes);
  };

  onData(bytes: Buffer): void {
    if (this.#unread === null) this.#read(bytes);
    else if (!this.#isClosing) this.#keep(bytes);
  }

  onFin(): void {
    const { transport } = this;
    if (this.#isClosing) return;
    if (this.#served !== null) {
      this.#abandon(this.#served);
      this.close();
    } else if (!this.#heads.isEmpty) this.refuse('bad_handshake');
    // The end of its last answer may still wait for the client.
    else if (this.#isKept) this.close();
    else transport.destroy();
  }

  onFlushed(): void {
    if (this.#served === null) return;
    this.transport.stopTimer();
    this.#served.response.onFlushed();
  }

  onTimeout(): void {
    // A client that does not read its answer, or does not close its side after it, gets no further time.
    if (this.#isClosing || this.#served !== null) this.transport.destroy();
    else if (this.#isKept && this.#heads.isEmpty) this.close();
    else this.refuse('bad_handshake');
  }

  onClosed(): void {
    this.#isClosing = true;
    this.leaveServing?.();
    if (this.#served !== null) this.#abandon(this.#served);
  }

  #expectProgress(isWritten: boolean): boolean {
    if (!isWritten) this.transport.startTimer(this.bounds.sendTimeoutMs);
    return isWritten;
  }

  #readUnread(): void {
    const unread = this.#unread;
    this.#unread = null;
    if (this.#isClosing || unread === null) return;
    this.#setReading(true);
    this.#read(unread);
  }

  #read(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0 && !this.#isClosing) {
      const served = this.#served;
      if (served === null) rest = this.#readHead(rest);
      else if (served.request.complete) rest = this.#keep(rest);
      else rest = this.#readBody(served, rest);
    }
  }

  /** Returns the bytes that were not read. */
  #readHead(bytes: Buffer): Buffer {
    const isFirst = !this.#hasNext;
    this.#hasNext = true;
    const progress = this.#heads.push(bytes);
    switch (progress.state) {
      case 'more':
        if (isFirst && this.#isKept) this.transport.startTimer(this.bounds.headersTimeoutMs);
        return nothing;
      case 'refused':
        this.refuse(progress.code);
        return nothing;
      case 'head':
        return this.#serve(progress.received, progress.rest);
      default:
        return progress satisfies never;
    }
  }

  #serve(received: ReceivedHead, rest: Buffer): Buffer {
    const served = this.owner.onHead(this, received, rest);
    if (served === null) return nothing;
    this.transport.stopTimer();
    this.#served = served;
    served.start();
    return rest;
  }

  #readBody(served: RequestInProgress, bytes: Buffer): Buffer {
    const { request } = served;
    const end = request.read(bytes);
    if (request.problem !== null) {
      this.#onBroken(served);
      return nothing;
    }
    this.onWanted();
    return bytes.subarray(end);
  }

  /** Keeps bytes until the request that is being served is answered. */
  #keep(bytes: Buffer): Buffer {
    this.#unread = this.#unread === null ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#setReading(false);
    return nothing;
  }

  /** The client sends a body whose end cannot be found. */
  #onBroken(served: RequestInProgress): void {
    const { headersSent } = served.response;
    this.#abandon(served);
    if (headersSent) this.transport.destroy();
    else this.refuse('bad_handshake');
  }

  #abandon(served: RequestInProgress): void {
    this.#served = null;
    served.abandon();
  }

  #setReading(isReading: boolean): void {
    if (this.#isReading === isReading) return;
    this.#isReading = isReading;
    if (isReading) this.transport.resume();
    else this.transport.pause();
  }
}

const nothing = Buffer.alloc(0);
