import { SettingsError, type ListenAddress } from '#libs/settings';

/** Listens on the address of a setting. If that fails, throws an error that names the setting. */
export async function listenOnSetting<Result>(
  setting: string,
  { host, port }: ListenAddress,
  listen: () => Promise<Result>,
): Promise<Result> {
  try {
    return await listen();
  } catch (error) {
    if (!isListenError(error)) throw error;
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const isTaken = error.code === 'EADDRINUSE';
    throw new SettingsError(
      setting,
      isTaken
        ? `${address} is taken, perhaps by another Sluice that runs: stop it, or set another address`
        : `${address} cannot be listened on: ${error.message}`,
    );
  }
}

function isListenError(error: unknown): error is Error & { code?: string } {
  return error instanceof Error && 'syscall' in error && /^(listen|bind)/.test(String(error.syscall));
}
