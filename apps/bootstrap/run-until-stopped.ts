import { startFailure } from './start-failure.js';

const sameSignalMs = 500;

type Stop = () => Promise<void>;

/**
 * The frame of every program of Sluice: starts it, waits for SIGTERM or SIGINT, stops it, and exits with 0. A start
 * that fails prints one line, which names the setting where one is wrong, and exits with 1. A second signal does not
 * wait any longer; `onImpatience` is called before the process exits for it.
 */
export async function runUntilStopped(
  start: () => Promise<Stop>,
  onImpatience: () => void = () => undefined,
): Promise<void> {
  const stopAsked = new Promise<void>((resolve) => {
    let askedAtMs = Infinity;
    const onSignal = (): void => {
      // npm passes a Ctrl-C on although the terminal has sent it to this process already: that is no second one.
      if (performance.now() - askedAtMs > sameSignalMs) {
        onImpatience();
        process.exit(1);
      }
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
