import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';

const running = new Set<ChildProcess>();

/**
 * Starts a program that ends no later than the spec file that started it (`end-child-processes.ts`), and no
 * later than this process. It leads a process group, so that its child processes end with it.
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

/** Kills every running program with its child processes; returns their command lines. */
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

// The listeners are always the same functions, so removing them first prevents duplicates.
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
    // The process group has already ended.
  }
}
