import type { Server, Socket } from 'node:net';

/**
 * Puts a gate before the current `connection` listeners of a server. The gate hands over the sockets that may
 * pass, at once or later, and must destroy all others.
 */
export function gateConnections(server: Server, gate: (socket: Socket, handOver: () => void) => void): void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    gate(socket, () => {
      for (const listener of listeners) Reflect.apply(listener, server, [socket]);
    });
  });
}
