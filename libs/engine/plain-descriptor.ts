import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The descriptor of a plain TCP socket that is open both ways and has nothing left to write; null for any other. */
export function plainDescriptorOf(socket: Socket): number | null {
  if (socket instanceof TLSSocket || !(socket instanceof Socket)) return null;
  if (socket.destroyed || socket.writableEnded || socket.writableLength > 0) return null;
  return descriptorOf(socket);
}

// Node has no public way to it. Where this one is gone, connections are relayed in TypeScript.
function descriptorOf(socket: Socket): number | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return null;
  const descriptor: unknown = Reflect.get(handle, 'fd');
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null;
}
