import { startFailure } from './start-failure.js';

const sameSignalMs = 500;

/** A running program. */
export interface RunningProgram {
  stop(): Promise<void>;
  /** The message to print when the program begins to stop; null: none. */
  describeStop?(): string | null;
  /** Called before the process exits because of a second signal. */
  onSecondSignal?(): void;
}

/**
 * Runs a program of Sluice: starts it, waits for SIGTERM or SIGINT, stops it, and exits with 0. A failed
 * start prints one line, which names a wrong setting, and exits with 1. A second signal exits at once, even
 * during the start.
 */
export async function runUntilStopped(start: () => Promise<RunningProgram>): Promise<void> {
  let program: RunningProgram | null = null;
  const stopRequested = new Promise<void>((resolve) => {
    let firstSignalAtMs = Infinity;
    const onSignal = (): void => {
      // On Ctrl-C the terminal signals this process, and npm forwards the same signal, which does not
      // count as a second one.
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
