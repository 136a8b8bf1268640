import { fileURLToPath } from 'node:url';

/** Options for Node that have a program collect its garbage when `collectGarbageOf` asks. */
export const collectOnSignal: readonly string[] = [
  '--import',
  fileURLToPath(new URL('collect-on-signal.js', import.meta.url)),
];

/** Asks Node programs that were started with `collectOnSignal`; they are done some moments later. */
export function collectGarbageOf(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGUSR2');
  return Promise.resolve();
}
