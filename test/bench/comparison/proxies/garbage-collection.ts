import { fileURLToPath } from 'node:url';

/** Node.js options with which a program collects its garbage at a call of `collectGarbageOf`. */
export const collectOnSignal: readonly string[] = [
  '--import',
  fileURLToPath(new URL('collect-on-signal.js', import.meta.url)),
];

/**
 * Makes Node.js programs that were started with `collectOnSignal` collect their garbage, which ends a moment
 * later.
 */
export function collectGarbageOf(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGUSR2');
  return Promise.resolve();
}
