import type { Server, Socket } from 'node:net';

/**
 * Puts a gate before those who listen for the connections of a server so far. The gate hands over what may pass, at once
 * or later; it has to destroy everything else.
 */
export function standBefore(server: Server, gate: (socket: Socket, handOver: () => void) => void): void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    gate(socket, () => {
      for (const listener of listeners) Reflect.apply(listener, server, [socket]);
    });
  });
}
