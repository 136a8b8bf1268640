import { defineChoice, defineSetting } from '../setting.js';
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

export const tlsHttp2 = defineChoice(['on', 'off'], 'on', {
  name: 'SLUICE_TLS_HTTP2',
  readBy: ['gateway'],
  summary: 'Whether clients on the TLS addresses may choose HTTP/2.',
  example: 'off',
  details: `With \`on\`, a client that offers \`h2\` in its TLS handshake gets it: browsers then open the WebSockets of a page over the page's own connection (RFC 8441).
Clients that offer only \`http/1.1\`, or nothing, get HTTP/1.1 with both values.`,
});
