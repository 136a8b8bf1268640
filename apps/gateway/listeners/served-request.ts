import { TLSSocket } from 'node:tls';
import type { ClientAddress } from '#libs/addresses';
import { LightAbort } from '#libs/async';
import {
  hasToken,
  type ReadRequestBody,
  type ReceivedHead,
  type RefusalExtras,
  type RequestHead,
} from '#libs/handshake';
import type { IncomingRequest, MatchedRequest } from '#libs/pipeline';
import { ClientAnswer, type AnswerCarrier } from './client-answer.js';
import { ClientRequest } from './client-request.js';
import type { ClientConnection, RequestInProgress } from './client-connection.js';
import type { HttpRequests } from './http-requests.js';
import type { PendingKey, PendingSockets } from './pending-sockets.js';
import { crowdedAddress } from './upgrade-listener-options.js';

export interface ServedRequestInput {
  connection: ClientConnection;
  received: ReceivedHead;
  matched: MatchedRequest;
  client: ClientAddress;
  socket: IncomingRequest['socket'];
  pending: PendingSockets;
  key: PendingKey;
  http: HttpRequests;
}

/** An ordinary request that is being served on a connection of HTTP/1, with its answer. */
export class ServedRequest implements IncomingRequest, RequestInProgress, AnswerCarrier {
  readonly head: RequestHead;
  readonly matched: MatchedRequest;
  readonly body: ReadRequestBody;
  readonly request: ClientRequest;
  readonly response: ClientAnswer;
  readonly socket: IncomingRequest['socket'];
  readonly gone = new LightAbort();
  readonly clientAddress: string;
  readonly peerAddress: string;
  readonly isTrustedPeer: boolean;

  constructor(private readonly input: ServedRequestInput) {
    const { connection, received, matched, client, socket } = input;
    this.head = received.head;
    this.matched = matched;
    this.body = received.body;
    this.socket = socket;
    this.clientAddress = client.clientAddress;
    this.peerAddress = client.peerAddress;
    this.isTrustedPeer = client.isTrustedPeer;
    this.request = new ClientRequest(received, connection.onWanted);
    this.response = new ClientAnswer(this.request, this, received.isPersistent);
  }

  /** Whether the client waits for a 100 before it sends the body. */
  get expectsContinue(): boolean {
    const { expect, head } = this.input.received;
    return expect !== undefined && head.httpVersion === '1.1' && hasToken([expect], '100-continue');
  }

  start(): void {
    this.input.http.accept(this);
  }

  /** Must be called when the client is gone, or its request is broken. */
  abandon(): void {
    this.gone.abort();
    this.response.abandon();
  }

  claimPlace(): RefusalExtras | null {
    const { pending, key } = this.input;
    return pending.claim(key, this.clientAddress) ? null : crowdedAddress;
  }

  onAdmitted(): void {
    this.input.pending.admitted(this.input.key);
  }

  write(bytes: Buffer | string): boolean {
    return this.input.connection.write(bytes);
  }

  flush(): boolean {
    return this.input.connection.flush();
  }

  onAnswered(): void {
    this.input.connection.onAnswered(this.response.isLast);
  }

  destroy(): void {
    this.input.connection.transport.destroy();
  }

  reset(): void {
    const { transport } = this.input.connection;
    if (this.socket instanceof TLSSocket) transport.destroy();
    else transport.resetAndDestroy();
  }
}
