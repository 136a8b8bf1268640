/** The logged form of an error. */
export interface LoggedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string;
  cause?: LoggedError;
}

const maxDepth = 5;

/**
 * The type, message, stack, code and causes of an error, without other fields that libraries add: a failed
 * SQL statement has its parameters, which include private keys of routes.
 */
export function loggedError(thrown: unknown, depth = 1): LoggedError | string {
  if (!(thrown instanceof Error))
    return typeof thrown === 'string' ? thrown : `no error, but ${typeof thrown}`;
  const { name, message, stack, cause } = thrown;
  const logged: LoggedError = { type: name, message, stack };
  if ('code' in thrown && typeof thrown.code === 'string') logged.code = thrown.code;
  if (cause instanceof Error && depth < maxDepth) {
    const inner = loggedError(cause, depth + 1);
    if (typeof inner !== 'string') logged.cause = inner;
  }
  return logged;
}
