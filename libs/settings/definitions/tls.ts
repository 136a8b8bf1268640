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
    details: `[TLS](#tls) describes the files in it, and which certificate a client gets.
The files are read again when they change.`,
  },
  (environment, name) => readPath(environment, name, 'a folder with certificates'),
);

export const tlsClientCa = defineSetting(
  {
    name: 'SLUICE_TLS_CLIENT_CA',
    readBy: ['gateway'],
    summary: 'The PEM file with the authorities of client certificates.',
    default: 'no client certificates are requested',
    expected: 'the path of a file with certificates',
    example: '/etc/sluice/clients.crt',
    details: `If it is set, a certificate is requested from every client on the TLS addresses, and a route can require one (\`clientCertificate\`).
The file is read again when it changes.`,
  },
  (environment, name) => readPath(environment, name, 'a file with certificates'),
);
