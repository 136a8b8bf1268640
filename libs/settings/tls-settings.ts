import {
  readOptionalListenAddresses,
  readPath,
  type Environment,
  type ListenAddress,
} from './setting-readers.js';
import { SettingsError } from './settings-error.js';

/** How a gateway speaks TLS with clients. */
export interface TlsSettings {
  /** At least one. */
  listen: ListenAddress[];
  /** Absolute path of the folder with certificates and their keys. */
  certificatesDir: string;
  /** Absolute path of the file with the authorities of clients' certificates; null: clients are asked for none. */
  clientCaFile: string | null;
}

export function readTlsSettings(environment: Environment): TlsSettings | null {
  const listen = readOptionalListenAddresses(environment, 'SLUICE_GATEWAY_TLS_LISTEN');
  const certificatesDir = readPath(environment, 'SLUICE_TLS_CERTIFICATES', 'a folder with certificates');
  const clientCaFile = readPath(environment, 'SLUICE_TLS_CLIENT_CA', 'a file with certificates');
  if (listen.length === 0) return null;
  if (certificatesDir !== null) return { listen, certificatesDir, clientCaFile };
  throw new SettingsError('SLUICE_TLS_CERTIFICATES', 'is needed with SLUICE_GATEWAY_TLS_LISTEN');
}
