import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** The certificate that a client showed and that its authority issued; null for every other client. */
export function peerCertificate(socket: Duplex): X509Certificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  // A session of TLS 1.3 that was resumed counts as authorized in Node even where nobody ever showed a certificate.
  return socket.getPeerX509Certificate() ?? null;
}
