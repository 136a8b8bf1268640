import { SettingsError } from '#libs/settings';

/** A failed start; the message explains the reason in one line. */
export class StartError extends Error {}

/** The text to print for a failed start: one line if the operator can fix the cause. */
export function startFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
