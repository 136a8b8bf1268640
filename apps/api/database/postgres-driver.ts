import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { PostgresAddress } from '#libs/settings';
import type { Schema } from './sqlite-driver.js';

// A Postgres that does not answer is detected within these times.
const connectTimeoutMs = 5000;
const queryTimeoutMs = 10_000;
// How long another process may hold the write lock before a write is answered with 503.
const lockTimeoutMs = 5000;
// A process that was stopped during a transaction must not block the others.
const idleTransactionTimeoutMs = 10_000;
// One for the write transaction, one for reading a snapshot, the others for plain reads.
const maxConnections = 10;
// After a failover, connections to the old server are replaced within this time.
const maxLifetimeSeconds = 600;

const connectionName = 'sluice-api';

/** The options of the pool for everything except migrations. */
export function workingOptions(address: PostgresAddress, schema: Schema): DataSourceOptions {
  return {
    ...optionsOf(address, schema),
    extra: {
      ...clientOptions(address),
      query_timeout: queryTimeoutMs,
      idle_in_transaction_session_timeout: idleTransactionTimeoutMs,
      max: maxConnections,
      maxLifetimeSeconds,
      verify: prepareConnection,
    },
  };
}

// Compilation takes 100 ms and more when a statement is first planned, and no statement here runs for so long
// that it pays. Lists need `work_mem` for the ids of 50,000 rows. Statements, not start parameters: a
// connection pooler like PgBouncer refuses those that it does not know.
const settingsOfConnections = `SET jit = off; SET work_mem = '8MB'`;

/** Prepares a new connection before the pool hands it out; until then it has no listener for `error`. */
function prepareConnection(client: pg.Client, done: (error?: Error) => void): void {
  const ignore = (): void => undefined;
  client.on('error', ignore);
  client.query(settingsOfConnections, (error?: Error) => {
    client.off('error', ignore);
    done(error);
  });
}

/** The options for migrations, which may take long. */
export function migratingOptions(address: PostgresAddress, schema: Schema): DataSourceOptions {
  return { ...optionsOf(address, schema), extra: { ...clientOptions(address), max: 2 } };
}

/** A client outside the pool, not connected yet; it needs a listener for `error`. */
export function createClient(address: PostgresAddress): pg.Client {
  return new pg.Client(clientOptions(address));
}

/** Whether this is a connection of the pool, which TypeORM leaves untyped. */
export function isClient(connection: unknown): connection is pg.Client {
  return connection instanceof pg.Client;
}

/**
 * The statements that begin a transaction. A write takes a lock of the whole schema: writes of all processes
 * are serialized, so that none sees a partial state of another and revisions have no gaps.
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

/** The channel on which Postgres notifies of a committed change; the payload is the schema. */
export const changesChannel = 'sluice_changes';

// Advisory locks are global to a database, in which each schema can belong to another Sluice.
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
    // The pool replaces a connection that ended while idle, so there is nothing to handle.
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
    // A string even without a password: otherwise pg reads the environment and a file.
    password: password ?? '',
    ssl: tls === null ? false : tlsOptions(host, tls),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: connectionName,
    ...(schema !== null && { options: `-c search_path=${schema}` }),
  };
}

// The host for the verification of the certificate: pg does not set it for an IP address.
function tlsOptions(host: string, tls: NonNullable<PostgresAddress['tls']>): pg.ClientConfig['ssl'] {
  return { host, rejectUnauthorized: tls.isVerified, ...(tls.ca !== null && { ca: tls.ca }) };
}
