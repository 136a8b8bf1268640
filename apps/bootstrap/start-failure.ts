import { SettingsError } from '#libs/settings';

/** A start that failed for a reason that is told in one line already. */
export class StartError extends Error {}

/** What is printed of a start that failed: one line wherever the operator can do something about it. */
export function startFailure(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') return `a port that is needed is taken: ${error.message}`;
  if (isRefusedAddress(error)) return `an address cannot be listened on: ${error.message}`;
  return error.stack ?? error.message;
}

function isRefusedAddress(error: Error): boolean {
  return 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'bind');
}
