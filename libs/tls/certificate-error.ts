/**
 * A file with an unusable certificate or key. The message names the file and never has any of its content.
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
