import type { ServerCertificate } from './server-certificate.js';

/**
 * Answers with the certificate for a server name (SNI): the one with exactly this name, then the one with a wildcard in
 * place of the first label (RFC 9525 §6.3), else the first of all. Of two with the same name the first is taken.
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
