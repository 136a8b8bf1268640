/** What a person reads of an error of Node.js: of `fetch` its cause, of several attempts the first reason. */
export function errorText(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorText(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return errorText(error.cause);
  return error.message;
}
