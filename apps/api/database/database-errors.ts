import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';

// SQLite's own codes; Node.js' for a socket; and of Postgres (appendix A of its manual) the classes connection (08),
// authorization (28), resources (53), operator (57) and system (58), a deadlock, a lock that did not come free, a
// statement on a standby, no such database, and data that are damaged.
const unavailable =
  /^(SQLITE_(FULL|BUSY|LOCKED|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB)|E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_).*|(08|28|53|57|58).{3}|40001|40P01|55P03|25006|25P0[34]|3D000|XX00[12])$/;

// What pg throws without a code: the connection ended, an answer or a connection did not come in time, or no TLS.
const connectionLost =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|timeout expired|The server does not support SSL)/;

/** Whether the error says that the database cannot be read or written now: disk full, locked, I/O error, not there. */
export function isStorageUnavailable(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause === null) return false;
  if (isRunnerReleased(cause)) return true;
  return unavailable.test(textOf(cause, 'code')) || connectionLost.test(cause.message);
}

/** The column whose uniqueness the statement would have broken, as `table.column`; null for any other error. */
export function violatedUnique(error: unknown): string | null {
  const cause = causeOf(error);
  if (cause === null) return null;
  switch (textOf(cause, 'code')) {
    case 'SQLITE_CONSTRAINT':
      return /UNIQUE constraint failed: (\w+\.\w+)/.exec(cause.message)?.[1] ?? null;
    case '23505': {
      // Postgres names the constraint, and ours are named after what they are on.
      const table = textOf(cause, 'table');
      const [, column] = textOf(cause, 'constraint').split(`uq_${table}_`);
      return column === undefined ? null : `${table}.${column}`;
    }
    default:
      return null;
  }
}

// A connection that ends between two statements of a transaction takes its runner with it, which is all that the next one says.
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
