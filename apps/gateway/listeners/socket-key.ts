import type { Socket } from 'node:net';

/** The addresses and ports of a TCP connection, which a TLS socket shares with the accepted socket. */
export function socketKey({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}
