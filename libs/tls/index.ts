export { CertificateStore, type CertificateLogger } from './certificate-store.js';
export { CertificateError } from './certificate-error.js';
export { peerCertificate } from './peer-certificate.js';
