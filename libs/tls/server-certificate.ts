import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { errorMessage } from '#libs/async';
import { CertificateError } from './certificate-error.js';
import type { CertificatePair } from './certificate-folder.js';

/** A certificate of the gateway, ready for handshakes. */
export interface ServerCertificate {
  certificateFile: string;
  /** DNS names in lower case, exact or `*.suffix`. */
  names: string[];
  validFrom: Date;
  validTo: Date;
  options: SecureContextOptions;
  context: SecureContext;
}

/** Rejects with a `CertificateError` that names the file at fault. */
export async function readServerCertificate(
  { certificateFile, keyFile }: CertificatePair,
  clientCa: string | null,
): Promise<ServerCertificate> {
  const cert = await readPem(certificateFile);
  const key = await readPem(keyFile);
  const certificate = parseCertificate(certificateFile, cert);
  if (!certificate.checkPrivateKey(parseKey(keyFile, key))) {
    throw new CertificateError(keyFile, `is not the key of ${certificateFile}`);
  }
  const options = { ...modernParameters, cert, key };
  const served = {
    certificateFile,
    names: dnsNamesOf(certificate),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
    options,
  };
  return withAuthorities(served, clientCa);
}

/** The same certificate, with other authorities for client certificates. */
export function withAuthorities(
  served: Omit<ServerCertificate, 'context'>,
  clientCa: string | null,
): ServerCertificate {
  const options = { ...served.options, ca: clientCa ?? undefined };
  return { ...served, options, context: createContext(served.certificateFile, options) };
}

/** Reads certificates of authorities; rejects with a `CertificateError` if one of them cannot be parsed. */
export async function readAuthorities(file: string): Promise<string> {
  const text = await readPem(file);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new CertificateError(file, 'contains no certificate');
  for (const block of blocks) parseCertificate(file, block);
  return text;
}

// Mozilla's "intermediate" (version 5.7) without the suites of finite-field Diffie-Hellman: every suite has
// forward secrecy and authenticated encryption. The first three are the suites of TLS 1.3.
const modernParameters: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
};

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new CertificateError(file, `cannot be read: ${String(reason)}`);
  }
}

function parseCertificate(file: string, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new CertificateError(file, 'is not a certificate in PEM');
  }
}

function parseKey(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    throw new CertificateError(file, 'is not a private key in PEM, or has a passphrase');
  }
}

function createContext(file: string, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (error) {
    throw new CertificateError(file, `is not usable: ${errorMessage(error)}`);
  }
}

// Node puts a name with special characters in quotes, so it does not match here.
function dnsNamesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((entry) => {
    const name = /^DNS:((?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)$/i.exec(entry)?.[1];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}
