import { gatewayTlsListen } from './definitions/listen.js';
import { tlsCertificates, tlsClientCa, tlsHttp2 } from './definitions/tls.js';
import type { Environment, ListenAddress } from './setting-readers.js';
import { SettingsError } from './settings-error.js';

/** The settings for TLS with clients. */
export interface TlsSettings {
  /** At least one. */
  listen: ListenAddress[];
  /** Absolute path of the folder with certificates and their keys. */
  certificatesDir: string;
  /**
   * Absolute path of the file with the authorities of clients' certificates; null: no client certificates are
   * requested.
   */
  clientCaFile: string | null;
  /** Whether clients may choose HTTP/2. */
  http2: boolean;
}

export function readTlsSettings(environment: Environment): TlsSettings | null {
  const listen = gatewayTlsListen.read(environment);
  const certificatesDir = tlsCertificates.read(environment);
  const clientCaFile = tlsClientCa.read(environment);
  const http2 = tlsHttp2.read(environment) === 'on';
  if (listen.length === 0) return null;
  if (certificatesDir !== null) return { listen, certificatesDir, clientCaFile, http2 };
  throw new SettingsError('SLUICE_TLS_CERTIFICATES', 'is needed with SLUICE_GATEWAY_TLS_LISTEN');
}
