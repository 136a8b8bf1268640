import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

const running = new Set<ChildProcess>();

/**
 * Starts a program that ends no later than the file of tests that started it (`end-child-processes.ts`), and no later
 * than this process. It leads a process group, so that what it starts in turn ends with it.
 */
export function startChild(
  program: string,
  options: readonly string[],
  spawnOptions: SpawnOptions,
): ChildProcess {
  if (running.size === 0) killWithThisProcess();
  const child = spawn(program, options, { ...spawnOptions, detached: true });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => {
    if (child.pid === undefined) running.delete(child);
  });
  return child;
}

/** Kills every program that still runs, with all that it started; returns the command line of each. */
export function killChildren(): string[] {
  return [...running].map((child) => {
    killGroup(child);
    running.delete(child);
    return child.spawnargs.join(' ');
  });
}

const killAll = (): void => void killChildren();
const killAllAndEnd = (signal: NodeJS.Signals): void => {
  killChildren();
  process.off(signal, killAllAndEnd);
  process.kill(process.pid, signal);
};

// The listeners are the same each time: adding them again is without effect once they are removed first.
function killWithThisProcess(): void {
  process.off('exit', killAll).on('exit', killAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.off(signal, killAllAndEnd).on(signal, killAllAndEnd);
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
