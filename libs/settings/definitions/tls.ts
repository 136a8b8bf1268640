import { defineSetting } from '../setting.js';
import { readPath } from '../setting-readers.js';

export const tlsCertificates = defineSetting(
  {
    name: 'SLUICE_TLS_CERTIFICATES',
    readBy: ['gateway'],
    summary: 'The folder with the certificates for TLS with clients.',
    default: 'none; required with `SLUICE_GATEWAY_TLS_LISTEN`',
    expected: 'the path of a folder with certificates',
    example: '/etc/letsencrypt/live',
    details: `[TLS](#tls) says which files are found there, and which certificate a client gets.
The files are read again when they change.`,
  },
  (environment, name) => readPath(environment, name, 'a folder with certificates'),
);

export const tlsClientCa = defineSetting(
  {
    name: 'SLUICE_TLS_CLIENT_CA',
    readBy: ['gateway'],
    summary: 'The PEM file with the authorities of client certificates.',
    default: 'clients are not asked for a certificate',
    expected: 'the path of a file with certificates',
    example: '/etc/sluice/clients.crt',
    details: `With it, every client on the TLS addresses is asked for a certificate, and a route can require one (\`clientCertificate\`).
The file is read again when it changes.`,
  },
  (environment, name) => readPath(environment, name, 'a file with certificates'),
);
