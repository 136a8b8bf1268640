import type { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';

/** The certificate that a client presented, if a trusted authority issued it; null for every other client. */
export function peerCertificate(socket: object): X509Certificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  // Node reports a resumed TLS 1.3 session as authorized even if the client never presented a certificate.
  return socket.getPeerX509Certificate() ?? null;
}
