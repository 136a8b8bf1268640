import type { Socket } from 'node:net';
import type { EngineSocket } from '#libs/engine';
import type { ClientTransport } from './client-transport.js';
import type { PendingKey } from './pending-sockets.js';

/** A client's socket, as a listener has accepted it. */
export interface AcceptedSocket {
  transport: ClientTransport;
  socket: Socket | EngineSocket;
  /** Its key among the pending sockets. */
  key: PendingKey;
  /** The address of its peer, or of the client that a proxy named in a PROXY header. */
  peerAddress: string;
}
