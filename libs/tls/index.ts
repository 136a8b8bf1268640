/**
 * TLS: the certificates of the gateway's listeners, read from a folder and read again when they change, and
 * the certificates of clients. Read certificate-store.ts first.
 */
export { CertificateStore, type CertificateLogger } from './certificate-store.js';
export { CertificateError } from './certificate-error.js';
export { peerCertificate } from './peer-certificate.js';
