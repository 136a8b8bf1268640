import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { PostgresAddress } from '#libs/settings';
import type { Schema } from './sqlite-driver.js';

// A Postgres that does not answer is noticed within these times.
const connectTimeoutMs = 5000;
const queryTimeoutMs = 10_000;
// What another process may hold the write lock for before a write is answered with 503.
const lockTimeoutMs = 5000;
// A process that was stopped in the midst of a transaction must not hold up those of the others.
const idleTransactionTimeoutMs = 10_000;
// One for the transaction that writes, one for a snapshot that is read; the others are for plain reads.
const mostConnections = 10;
// So that after a failover no connection stays with the old server for ever.
const longestLifetimeSeconds = 600;

const connectionName = 'sluice-api';

/** The pool with which the API works. */
export function workingOptions(address: PostgresAddress, schema: Schema): DataSourceOptions {
  return {
    ...optionsOf(address, schema),
    extra: {
      ...clientOptions(address),
      query_timeout: queryTimeoutMs,
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
      max: mostConnections,
      maxLifetimeSeconds: longestLifetimeSeconds,
    },
  };
}

/** For migrations, which may take long. */
export function migratingOptions(address: PostgresAddress, schema: Schema): DataSourceOptions {
  return { ...optionsOf(address, schema), extra: { ...clientOptions(address), max: 2 } };
}

/** A connection by itself, not connected yet; it needs a listener for `error`. */
export function createClient(address: PostgresAddress): pg.Client {
  return new pg.Client(clientOptions(address));
}

/** Whether this is a connection of the pool; TypeORM does not say. */
export function isClient(connection: unknown): connection is pg.Client {
  return connection instanceof pg.Client;
}

/**
 * How a transaction begins. A writing one holds a lock of the whole schema: writes come one at a time, whichever
 * process they come from, so that none sees the half of another and revisions have no gap.
 */
export const beginStatement = {
  write: `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock(${lockKey('writes')})`,
  read: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
} as const;

/** Held by a process while it migrates. */
export const migrationLock = {
  take: `SELECT pg_advisory_lock(${lockKey('migrations')})`,
  release: `SELECT pg_advisory_unlock(${lockKey('migrations')})`,
} as const;

/** On which the database tells that a change was committed; what it says is the schema. */
export const changesChannel = 'sluice_changes';

// Advisory locks are of the whole database, where each schema can have a Sluice of its own.
function lockKey(what: 'writes' | 'migrations'): string {
  return `hashtextextended('sluice ${what} ' || current_schema(), 0)`;
}

function optionsOf(
  address: PostgresAddress,
  schema: Schema,
): Extract<DataSourceOptions, { type: 'postgres' }> {
  return {
    type: 'postgres',
    driver: pg,
    ...(address.schema !== null && { schema: address.schema }),
    synchronize: false,
    installExtensions: false,
    migrationsTransactionMode: 'each',
    // A connection that ended while nobody used it is replaced when the next one is needed; nobody has to know.
    poolErrorHandler: () => undefined,
    ...schema,
  };
}

function clientOptions({
  host,
  port,
  user,
  password,
  database,
  schema,
  tls,
}: PostgresAddress): pg.ClientConfig {
  return {
    host,
    port,
    user,
    database,
    // A text, even where there is none: pg would look into the environment, and into a file.
    password: password ?? '',
    ssl: tls === null ? false : tlsOptions(host, tls),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: connectionName,
    ...(schema !== null && { options: `-c search_path=${schema}` }),
  };
}

// The name of the host is for the check of the certificate: of an address, pg would not tell it.
function tlsOptions(host: string, tls: NonNullable<PostgresAddress['tls']>): pg.ClientConfig['ssl'] {
  return { host, rejectUnauthorized: tls.isVerified, ...(tls.ca !== null && { ca: tls.ca }) };
}
