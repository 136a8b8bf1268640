import type { Socket } from 'node:net';
import type { AbortNotice } from '#libs/async';
import type { PublishedRoute } from '#libs/contract';
import type { EngineSocket } from '#libs/engine';
import type { ReadRequestBody, RefusalExtras, RequestHead, RequestMessage } from '#libs/handshake';
import type { AnswerStream, RequestStream } from '#libs/http-proxy';
import type { Configuration } from '#libs/routing';

/** A request whose route forwards ordinary requests. */
export interface MatchedRequest {
  /** The parsed head. */
  message: RequestMessage;
  route: PublishedRoute;
  /** The position of the configuration in which the request was matched. */
  position: Configuration['position'];
}

/** An ordinary request with its answer, as a listener passes it on. */
export interface IncomingRequest {
  head: RequestHead;
  matched: MatchedRequest;
  request: RequestStream;
  response: AnswerStream;
  /** How the body is framed. */
  body: ReadRequestBody;
  /** The socket that the request came on. */
  socket: Socket | EngineSocket;
  /** Whether the client waits for a 100 before it sends the body. */
  expectsContinue: boolean;
  clientAddress: string;
  peerAddress: string;
  isTrustedPeer: boolean;
  /**
   * Aborted when the client is gone, or its request is broken: nothing may be written to it any
   * more.
   */
  gone: AbortNotice;
  /** Takes a place among the pending sockets; the extras of the refusal if there is none. */
  claimPlace: () => RefusalExtras | null;
  /** Called when the request is admitted, and never for a refused request. */
  onAdmitted: () => void;
}
