import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { startProgress } from './progress.mjs';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const killAfterMs = 5000;

/** A failed program; `output` contains its stdout and stderr. */
export class ProgramError extends Error {
  constructor(message, output) {
    super(message);
    this.output = output;
  }
}

/** A signal that interrupted the work. */
export class InterruptedError extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * Runs a program in the folder of the repository, and shows `title` and the elapsed time on standard error.
 * `stageOf` returns the stage that a line of its output starts, or undefined. SIGINT and SIGTERM are
 * forwarded to the program and its child processes, and the promise rejects only once they have ended, so
 * that nothing continues in the background. Rejects with a `ProgramError` if the program fails, and with an
 * `InterruptedError` after a signal.
 */
export async function runProgram(
  title,
  program,
  options,
  { stageOf = () => undefined, env = process.env } = {},
) {
  const progress = startProgress(title);
  // In a separate process group: a terminal sends Ctrl-C only to this process, which ends the whole group.
  const child = spawn(program, options, {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const interruption = passSignalsTo(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      for (const line of text.split('\n')) progress.setStage(stageOf(line));
    });
  }
  try {
    const [status, signal] = await once(child, 'close');
    if (interruption.signal) throw new InterruptedError(interruption.signal);
    if (status === 0) return;
    throw new ProgramError(`${program} ended with ${signal ?? `status ${status}`}`, output);
  } finally {
    interruption.stop();
    progress.stop();
  }
}

function passSignalsTo(child) {
  const interruption = { signal: null, stop };
  let timer;
  const onSignal = (signal) => {
    interruption.signal ??= signal;
    signalGroup(child, 'SIGTERM');
    timer ??= globalThis.setTimeout(() => signalGroup(child, 'SIGKILL'), killAfterMs);
  };
  for (const signal of stopSignals) process.on(signal, onSignal);
  function stop() {
    globalThis.clearTimeout(timer);
    for (const signal of stopSignals) process.off(signal, onSignal);
  }
  return interruption;
}

function signalGroup({ pid }, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
