import { SocketTunnel } from './socket-tunnel.js';
import type { Tunnel, TunnelInput } from './tunnel.js';

/** Joins two sockets after a handshake. Both must have `allowHalfOpen`, so that a FIN is relayed as a FIN. */
export function joinSockets(input: TunnelInput): Tunnel {
  return new SocketTunnel(input);
}
