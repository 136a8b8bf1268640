import { startFailure } from './start-failure.js';

const sameSignalMs = 500;

/** A program that runs. */
export interface RunningProgram {
  stop(): Promise<void>;
  /** What to print when it begins to stop, for people at a terminal; null: nothing. */
  describeStop?(): string | null;
  /** Called before the process exits because of a second signal. */
  onSecondSignal?(): void;
}

/**
 * The frame of every program of Sluice: starts it, waits for SIGTERM or SIGINT, stops it, and exits with 0. A start
 * that fails prints one line, which names the setting where one is wrong, and exits with 1. A second signal exits
 * at once, also while the program starts.
 */
export async function runUntilStopped(start: () => Promise<RunningProgram>): Promise<void> {
  let program: RunningProgram | null = null;
  const stopRequested = new Promise<void>((resolve) => {
    let firstSignalAtMs = Infinity;
    const onSignal = (): void => {
      // npm passes a Ctrl-C on although the terminal has sent it to this process already: that is no second one.
      if (performance.now() - firstSignalAtMs > sameSignalMs) {
        program?.onSecondSignal?.();
        process.exit(1);
      }
      firstSignalAtMs = Math.min(firstSignalAtMs, performance.now());
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  });
  try {
    program = await start();
    await stopRequested;
    const notice = program.describeStop?.() ?? null;
    if (notice !== null) process.stdout.write(`${notice}\n`);
    await program.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
}
