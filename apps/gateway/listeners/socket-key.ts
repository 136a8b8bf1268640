import type { Socket } from 'node:net';

/** The four numbers of a TCP connection, which a TLS socket shares with the other object that its server accepted. */
export function socketKey({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}
