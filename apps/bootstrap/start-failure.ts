import { SettingsError } from '#libs/settings';

/** The start failed for a reason that the message explains in one line. */
export class StartError extends Error {}

/** The text to print for a failed start: one line wherever the operator can fix the cause. */
export function startFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.stack ?? error.message;
}
