import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * Returns the descriptor of a plain TCP socket that is open in both directions and has no pending writes;
 * null for any other socket.
 */
export function plainDescriptorOf(socket: Duplex): number | null {
  if (socket instanceof TLSSocket || !(socket instanceof Socket)) return null;
  if (socket.destroyed || socket.writableEnded || socket.writableLength > 0) return null;
  return descriptorOf(socket);
}

// Node has no public API for the descriptor. If this internal one disappears, connections are relayed in
// TypeScript.
function descriptorOf(socket: Socket): number | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const descriptor: unknown = Reflect.get(handle, 'fd');
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null;
}
