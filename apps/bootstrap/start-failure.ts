import { SettingsError } from '#libs/settings';

/** A start that failed for a reason that its message says in one line. */
export class StartError extends Error {}

/** What is printed of a start that failed: one line wherever the operator can do something about it. */
export function startFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
