import type { Socket } from 'node:net';
import type { ClientAddress, ReadClientAddress } from '#libs/addresses';
import type { EngineSocket } from '#libs/engine';
import type { AnsweringStream, RefusalExtras, RequestHead } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import type { CertificateStore } from '#libs/tls';
import type { HttpRequests } from './http-requests.js';
import { PendingSockets, socketRecoveryMs, type PendingRefusal } from './pending-sockets.js';
import type { RequestBounds } from './request-bounds.js';

// The maximum number of connections that wait to be accepted; the system may allow fewer. With Node's 511, a
// burst delayed new clients by a second, until their system retransmitted the SYN.
export const backlog = 4096;

/** A request for an upgrade, with the address of the socket's peer, or of the client that a proxy named. */
export interface ReceivedUpgrade extends ClientAddress {
  head: RequestHead;
  /** It may be paused. */
  socket: Socket | AnsweringStream | EngineSocket;
  /** The bytes that the client sent after its request. */
  earlyBytes: Buffer;
  /** Call it when the request is admitted. Until then, or until it closes, the socket is pending. */
  onAdmitted: () => void;
}

export interface UpgradeListenerEvents {
  /** Serves ordinary requests; without it all of them are refused. */
  http?: HttpRequests | undefined;
  onUpgrade(upgrade: ReceivedUpgrade): void;
  /**
   * Called when a request was refused with this code: it is not an upgrade, or too many sockets of its
   * address are pending.
   */
  onRefused(code: RefusalCode): void;
  /** Called when a connection was dropped before its request; `error` is set if it could not be accepted. */
  onDropped(reason: DropReason, error?: Error): void;
}

export type DropReason = 'tls_handshake' | 'proxy_header' | 'descriptors' | 'accept_failed' | PendingRefusal;

export interface UpgradeListenerOptions {
  /** Missing bounds have their defaults. */
  bounds?: Partial<RequestBounds>;
  /** With certificates the listener accepts only TLS. */
  certificates?: CertificateStore | null;
  /** Whether clients of TLS may choose HTTP/2. */
  http2?: boolean;
  /** Whether the peer with this address begins every connection with a PROXY header; null: no peer does. */
  isProxy?: ((address: string) => boolean) | null;
  /**
   * Reads the client's address from the forwarding headers of a trusted peer; by default it is the peer's
   * address.
   */
  readClientAddress?: ReadClientAddress;
  /** Bounds pending sockets, together with other listeners; without it there is no bound. */
  pending?: PendingSockets;
  /**
   * Whether the process has file descriptors left for one more client and its
   * upstream; always true by default.
   */
  hasDescriptors?: () => boolean;
}

export const crowdedAddress: RefusalExtras = {
  limit: 'address',
  detail: 'too many connections of this address wait to be admitted',
  retryAfterSeconds: socketRecoveryMs / 1000,
};

export function peerAsClient(peerAddress: string): ClientAddress {
  return { clientAddress: peerAddress, peerAddress, isTrustedPeer: false };
}

export function unboundedPending(): PendingSockets {
  return new PendingSockets({ perAddress: 0, total: 0, isProxy: () => false });
}
