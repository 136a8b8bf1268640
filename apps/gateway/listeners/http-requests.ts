import type { RequestHead } from '#libs/handshake';
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
