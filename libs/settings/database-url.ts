import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readText, type Environment } from './setting-readers.js';
import { SettingsError } from './settings-error.js';

const setting = 'SLUICE_DATABASE_URL';
export const expectedDatabaseUrl =
  'sqlite: and the path of a file, like sqlite:./data/sluice.db, or postgres://user:password@host:5432/database';
const schemaPattern = /^[a-z_][a-z0-9_]{0,62}$/;
const sslModes = ['disable', 'require', 'verify-full', 'no-verify'];

/** The address of a Postgres, and the user to connect as. */
export interface PostgresAddress {
  host: string;
  port: number;
  user: string;
  /** Null: none is sent. */
  password: string | null;
  database: string;
  /** Null: the default of Postgres, usually `public`. */
  schema: string | null;
  /** Null: without TLS. `ca` are certificates in PEM; null: those that Node.js trusts. */
  tls: { isVerified: boolean; ca: string | null } | null;
}

/** `sqlite:` and an absolute path, or a `postgres:` URL unchanged, which `parsePostgresUrl` parses. */
export function readDatabaseUrl(environment: Environment, dataDir: string): string {
  const text = readText(environment, setting);
  if (text === undefined) return `sqlite:${resolve(dataDir, 'sluice.db')}`;
  const file = /^sqlite:(?!\/\/)(.+)$/.exec(text)?.[1];
  if (file !== undefined && !file.includes(':memory:')) return `sqlite:${resolve(file)}`;
  if (isPostgresUrl(text)) {
    parsePostgresUrl(text);
    return text;
  }
  throw new SettingsError(setting, `expected ${expectedDatabaseUrl}`);
}

export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text);
}

/**
 * Throws a SettingsError for an invalid URL; the message contains no part of the URL, which has a password.
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  if (!URL.canParse(text))
    throw new SettingsError(setting, 'is not a URL; special characters need percent-encoding');
  const url = new URL(text);
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  if (url.hostname === '' || user === '' || database === '' || database.includes('/')) {
    throw new SettingsError(setting, 'expected postgres://user:password@host:5432/database');
  }
  const { schema, ...tls } = readParameters(url.searchParams);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: url.password === '' ? null : decoded(url.password),
    database,
    schema,
    tls: readTls(tls),
  };
}

interface Parameters {
  sslmode: string;
  sslrootcert: string | null;
  schema: string | null;
}

function readParameters(given: URLSearchParams): Parameters {
  for (const name of given.keys()) {
    if (!['sslmode', 'sslrootcert', 'schema'].includes(name)) {
      throw new SettingsError(setting, 'takes only the parameters sslmode, sslrootcert and schema');
    }
  }
  const schema = given.get('schema');
  if (schema !== null && !schemaPattern.test(schema)) {
    throw new SettingsError(
      setting,
      'the schema may have small letters, digits and "_", and no digit at its start',
    );
  }
  return { sslmode: given.get('sslmode') ?? 'disable', sslrootcert: given.get('sslrootcert'), schema };
}

// Encryption without verification can be intercepted, so `require` verifies too.
function readTls({ sslmode, sslrootcert }: Omit<Parameters, 'schema'>): PostgresAddress['tls'] {
  if (!sslModes.includes(sslmode))
    throw new SettingsError(setting, `sslmode is one of ${sslModes.join(', ')}`);
  if (sslmode === 'disable') {
    if (sslrootcert === null) return null;
    throw new SettingsError(setting, 'sslrootcert needs an sslmode with TLS');
  }
  return {
    isVerified: sslmode !== 'no-verify',
    ca: sslrootcert === null ? null : readCertificates(sslrootcert),
  };
}

function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch {
    // Not reported here: the name of the file may be a part of a malformed URL.
  }
  throw new SettingsError(setting, 'sslrootcert must be a readable file of certificates in PEM');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SettingsError(setting, 'is not a URL; special characters need percent-encoding');
  }
}
