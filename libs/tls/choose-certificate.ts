import type { ServerCertificate } from './server-certificate.js';

/**
 * Chooses the certificate for a server name (SNI): the certificate with exactly this name, or else with a
 * wildcard in place of the first label (RFC 9525 §6.3), or else the first certificate. Of two with the same
 * name, the first is chosen.
 */
export function createCertificateChooser<Certificate extends Pick<ServerCertificate, 'names'>>(
  certificates: readonly [Certificate, ...Certificate[]],
): (serverName: string) => Certificate {
  const byName = new Map<string, Certificate>();
  for (const certificate of certificates) {
    for (const name of certificate.names) if (!byName.has(name)) byName.set(name, certificate);
  }
  return (serverName) => {
    const name = serverName.toLowerCase();
    return byName.get(name) ?? byName.get(name.replace(/^[^.]+/, '*')) ?? certificates[0];
  };
}
