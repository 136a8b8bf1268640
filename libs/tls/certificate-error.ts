/**
 * A file with a certificate or key that cannot be used. The message names the file, and never contains any of
 * its content.
 */
export class CertificateError extends Error {
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`${file}: ${reason}`);
    this.name = 'CertificateError';
  }
}
