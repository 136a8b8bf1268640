/** What the log has of an error. */
export interface LoggedError {
  type: string;
  message: string;
  stack: string | undefined;
  code?: string;
  cause?: LoggedError;
}

const deepest = 5;

/**
 * Type, message, stack, code and causes of an error, and none of the other fields that libraries put on theirs: those
 * of a failed statement are its values, with private keys of routes among them.
 */
export function loggedError(thrown: unknown, depth = 1): LoggedError | string {
  if (!(thrown instanceof Error))
    return typeof thrown === 'string' ? thrown : `no error, but ${typeof thrown}`;
  const { name, message, stack, cause } = thrown;
  const logged: LoggedError = { type: name, message, stack };
  if ('code' in thrown && typeof thrown.code === 'string') logged.code = thrown.code;
  if (cause instanceof Error && depth < deepest) {
    const inner = loggedError(cause, depth + 1);
    if (typeof inner !== 'string') logged.cause = inner;
  }
  return logged;
}
