import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child-processes.js';

// A busy machine takes ten times as long as an idle one.
const pollMs = 10;
const maxStartMs = 120_000;
const maxStopMs = 30_000;

export interface ChildProgramInput {
  /** The name in error messages, and of the log file. */
  name: string;
  command: readonly [program: string, ...options: string[]];
  /** The complete environment. */
  environment?: NodeJS.ProcessEnv;
  /** The output of all starts goes to `<logFolder>/<name>.log`; without a folder, to `output`. */
  logFolder?: string | undefined;
  /** Opens an IPC channel to the program, and receives its messages. */
  onMessage?: ((message: unknown) => void) | undefined;
  /** Receives the reason if the program exits without a call of `stop`. */
  onUnexpectedExit?: ((reason: string) => void) | undefined;
}

export interface ProgramExit {
  /** Null if a signal ended the program. */
  exitCode: number | null;
  /** The whole output, stdout and stderr; empty if it went to a log file. */
  output: string;
}

/**
 * A program in a separate process, which can be restarted. It never outlives its spec file and this process
 * (`startChild`).
 */
export class ChildProgram {
  #child: ChildProcess | null = null;
  #output = '';
  #exited: Promise<ProgramExit> | null = null;
  #isStopping = false;

  constructor(private readonly input: ChildProgramInput) {}

  get name(): string {
    return this.input.name;
  }

  /** 0 unless the program runs. */
  get pid(): number {
    return this.isRunning ? (this.#child?.pid ?? 0) : 0;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** The output so far, unless it goes to a log file. */
  get output(): string {
    return this.#output;
  }

  get logPath(): string | null {
    const { name, logFolder } = this.input;
    return logFolder === undefined ? null : join(logFolder, `${name}.log`);
  }

  start(): this {
    const { command, environment, onMessage } = this.input;
    const [program, ...options] = command;
    const log = this.logPath === null ? null : openSync(this.logPath, 'a');
    const sink = log ?? 'pipe';
    const stdio: StdioOptions = ['ignore', sink, sink, ...(onMessage ? (['ipc'] as const) : [])];
    const child = startChild(program, options, { env: environment, stdio });
    if (log !== null) closeSync(log);
    this.#child = child;
    this.#output = '';
    this.#isStopping = false;
    this.#exited = this.#collect(child);
    return this;
  }

  send(message: object): void {
    this.#child?.send(message);
  }

  /**
   * Resolves once the condition holds; rejects with the log if the program exits before, or takes too long.
   */
  async untilReady(isReady: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + maxStartMs;
    while (!(await isReady())) {
      // A test may kill the program while it starts.
      if (!this.isRunning && this.#isStopping) return;
      if (this.isRunning && performance.now() < deadline) {
        await delay(pollMs);
        continue;
      }
      const reason = this.isRunning ? 'is not ready' : 'exited';
      const log = await this.log();
      await this.stop();
      throw new Error(`${this.name} ${reason}: ${log}`);
    }
  }

  /** The first match in the output; rejects if the program exits without one. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    let match = pattern.exec(this.#output);
    await this.untilReady(() => (match = pattern.exec(this.#output)) !== null);
    if (match === null) throw new Error(`${this.name} was stopped: ${this.#output}`);
    return match;
  }

  /** The end of the output, and the exit code. */
  async log(): Promise<string> {
    const text = this.logPath === null ? this.#output : await readFile(this.logPath, 'utf8');
    const { exitCode, signalCode } = this.#child ?? {};
    return this.isRunning
      ? text.slice(-2000)
      : `${text.slice(-2000)}\nexited with ${exitCode ?? signalCode ?? 'no process'}`;
  }

  /** Resolves when the program and all processes that share its output have exited. */
  exited(): Promise<ProgramExit> {
    return this.#exited ?? Promise.reject(new Error(`${this.name} was not started`));
  }

  /** Freezes the program: its sockets stay open, and it does not respond. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Stops the program, and kills it if it ignores the signal. Safe to call twice. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramExit> {
    this.#isStopping = true;
    if (this.isRunning) this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), maxStopMs);
    const exit = await this.exited();
    clearTimeout(timer);
    return exit;
  }

  /** Kills the program, without a chance to shut down. */
  async kill(): Promise<void> {
    if (this.#child !== null) await this.stop('SIGKILL');
  }

  /** The process of the program, and its child processes. */
  async processes(): Promise<number[]> {
    return this.isRunning ? withChildren(this.pid) : [];
  }

  async #collect(child: ChildProcess): Promise<ProgramExit> {
    const { onMessage, onUnexpectedExit, name } = this.input;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    if (onMessage) child.on('message', onMessage);
    child.once('exit', (code, signal) => {
      if (!this.#isStopping) onUnexpectedExit?.(`${name} exited unexpectedly with ${signal ?? code ?? '?'}`);
    });
    // A program that cannot be spawned has no process, but emits `close` too.
    child.once('error', (error) => (this.#output += error.message));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output: this.#output };
  }
}

/** Runs a program without input until it exits by itself. */
export function runToEnd(
  program: string,
  options: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ProgramExit> {
  return new ChildProgram({ name: program, command: [program, ...options], environment }).start().exited();
}

/** Whether a URL answers with 2xx and this text in the body. */
export async function answers(url: string, text = ''): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return (await response.text()).includes(text) && response.ok;
  } catch {
    return false;
  }
}

async function withChildren(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(pids.map(withChildren))).flat()];
}
