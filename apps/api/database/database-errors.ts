import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';

// The codes of SQLite; of Node.js for sockets; and of Postgres (appendix A of its manual) the classes
// connection (08), authorization (28), resources (53), operator (57) and system (58), a deadlock, a lock
// timeout, a write on a standby, a missing database, and corrupted data.
const unavailable =
  /^(SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)|E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_).*|(08|28|53|57|58).{3}|40001|40P01|55P03|25006|25P0[34]|3D000|XX00[12])$/;

// Errors of pg that have no code: connection ended, query or connect timeout, or no TLS.
const connectionLost =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|timeout expired|The server does not support SSL)/;

/** Whether the database is temporarily unusable: disk full, locked, I/O error, unreachable. */
export function isStorageUnavailable(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause === null) return false;
  if (isRunnerReleased(cause)) return true;
  return unavailable.test(textOf(cause, 'code')) || connectionLost.test(cause.message);
}

/** The column whose unique constraint the statement violated, as `table.column`; null for any other error. */
export function violatedUnique(error: unknown): string | null {
  const cause = causeOf(error);
  if (cause === null) return null;
  switch (textOf(cause, 'code')) {
    case 'SQLITE_CONSTRAINT':
      return /UNIQUE constraint failed: (\w+\.\w+)/.exec(cause.message)?.[1] ?? null;
    case '23505': {
      // Postgres reports the constraint, whose name has the table and the column.
      const table = textOf(cause, 'table');
      const [, column] = textOf(cause, 'constraint').split(`uq_${table}_`);
      return column === undefined ? null : `${table}.${column}`;
    }
    default:
      return null;
  }
}

// When a connection ends between two statements of a transaction, the next statement fails with one of these
// errors.
function isRunnerReleased(error: Error): boolean {
  return (
    error instanceof QueryRunnerAlreadyReleasedError ||
    error instanceof QueryRunnerProviderAlreadyReleasedError
  );
}

function causeOf(error: unknown): Error | null {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return cause instanceof Error ? cause : null;
}

function textOf(error: Error, field: 'code' | 'table' | 'constraint'): string {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : '';
}
