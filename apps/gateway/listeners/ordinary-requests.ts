import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LightAbort } from '#libs/async';
import {
  composeHead,
  hasToken,
  headWithoutUpgrade,
  type RequestHead,
  type RequestMessage,
} from '#libs/handshake';
import type { IncomingRequest, MatchedRequest } from '#libs/pipeline';

/** What serves the ordinary requests of a listener. */
export interface HttpRequests {
  /** The parsed request and its route, if that forwards ordinary requests; null otherwise. */
  match(head: RequestHead): MatchedRequest | null;
  accept(request: IncomingRequest): void;
}

export type ClientOfRequest = Pick<
  IncomingRequest,
  'clientAddress' | 'peerAddress' | 'isTrustedPeer' | 'claimPlace' | 'onAdmitted'
>;

interface ReceivedRequest {
  request: IncomingMessage;
  response: ServerResponse;
  /** Whether the client waits for a 100 before it sends the body. */
  expectsContinue: boolean;
}

interface ServedRequest {
  request: IncomingMessage;
  response: ServerResponse;
  gone: LightAbort;
  start: () => void;
}

/** The requests of one socket that wait for their turn. A client that pipelines more is dropped. */
const maxPipelined = 64;

/**
 * Serves the requests of each socket one after the other, so that a client has one request at the
 * upstreams for each of its sockets.
 */
export class OrdinaryRequests {
  readonly #bySocket = new WeakMap<Duplex, ServedRequest[]>();

  /** `serveAgain` parses the further bytes of a socket as requests. */
  constructor(
    private readonly http: HttpRequests,
    private readonly serveAgain: (socket: Socket) => void,
  ) {}

  /** Returns false if no route forwards the request; it is not answered then. */
  receive(
    { request, response, expectsContinue }: ReceivedRequest,
    client: (message: RequestMessage) => ClientOfRequest,
  ): boolean {
    const head = headOf(request);
    const matched = this.http.match(head);
    if (matched === null) return false;
    const { socket } = request;
    const gone = new LightAbort();
    const start = (): void =>
      this.http.accept({
        head,
        matched,
        request,
        response,
        socket,
        expectsContinue,
        gone,
        // An answer that waits behind another one in a pipeline has no socket yet.
        writeInterim: (status, reason, fields) =>
          response.socket?.write(composeHead(`HTTP/1.1 ${status} ${reason}`, fields), 'latin1'),
        ...client(matched.message),
      });
    this.#add(socket, { request, response, gone, start });
    return true;
  }

  /**
   * Call it with each request that has an `Upgrade`. Returns whether it was taken: it asks for
   * another protocol than WebSocket on a route that forwards ordinary requests, or comes before the
   * answer to an earlier one.
   */
  takeUpgrade(request: IncomingMessage, earlyBytes: Buffer): boolean {
    const { socket } = request;
    // A tunnel must not get the answer to an earlier request.
    if (this.isServing(socket)) {
      socket.destroy();
      return true;
    }
    if (hasToken([request.headers.upgrade ?? ''], 'websocket')) return false;
    const head = headOf(request);
    if (this.http.match(head) === null) return false;
    // A server may ignore the field (RFC 9110 §7.8). Node has stopped to parse the connection, and
    // reads the request once more, without the field.
    socket.unshift(Buffer.concat([Buffer.from(headWithoutUpgrade(head), 'latin1'), earlyBytes]));
    this.serveAgain(socket);
    socket.resume();
    return true;
  }

  /** Whether a request of this socket is not answered yet. */
  isServing(socket: Duplex): boolean {
    return this.#bySocket.has(socket);
  }

  /**
   * Call it when the parser fails at the bytes of a socket that is being served. Returns whether
   * the failure may be answered: it is in the body of the only request, whose answer has not begun.
   */
  onBroken(socket: Duplex): boolean {
    const served = this.#bySocket.get(socket) ?? [];
    for (const { gone } of served) gone.abort();
    const [first] = served;
    return served.length === 1 && first?.request.complete === false && !first.response.headersSent;
  }

  #add(socket: Socket, served: ServedRequest): void {
    const queue = this.#bySocket.get(socket) ?? [];
    if (queue.length >= maxPipelined) {
      socket.destroy();
      return;
    }
    this.#bySocket.set(socket, queue);
    queue.push(served);
    served.response.once('close', () => this.#onClosed(socket, queue, served));
    if (queue.length === 1) served.start();
    else socket.pause();
  }

  #onClosed(socket: Socket, queue: ServedRequest[], served: ServedRequest): void {
    if (!served.response.writableFinished) served.gone.abort();
    queue.splice(queue.indexOf(served), 1);
    const [next] = queue;
    if (!next) {
      this.#bySocket.delete(socket);
      if (!socket.destroyed) socket.resume();
    } else if (!next.gone.aborted && !socket.destroyed) next.start();
  }
}

export function headOf({
  method = '',
  httpVersion,
  url: target = '',
  rawHeaders,
}: IncomingMessage): RequestHead {
  return { method, httpVersion, target, rawHeaders };
}
