import { SettingsError } from '#libs/settings';

const sameSignalMs = 500;

type Stop = () => Promise<void>;

/**
 * The frame of every program of Sluice: starts it, waits for SIGTERM or SIGINT, stops it, and exits with 0. A start
 * that fails prints one line, which names the setting where one is wrong, and exits with 1. A second signal does not
 * wait any longer.
 */
export async function runUntilStopped(start: () => Promise<Stop>): Promise<void> {
  const stopAsked = new Promise<void>((resolve) => {
    let askedAtMs = Infinity;
    const onSignal = (): void => {
      // npm passes a Ctrl-C on although the terminal has sent it to this process already: that is no second one.
      if (performance.now() - askedAtMs > sameSignalMs) process.exit(1);
      askedAtMs = Math.min(askedAtMs, performance.now());
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  });
  try {
    const stop = await start();
    await stopAsked;
    await stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
}

function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `a port that is needed is taken: ${error.message}`;
  return error.stack ?? error.message;
}
