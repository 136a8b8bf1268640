import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child-processes.js';

// A busy machine takes ten times as long as a quiet one.
const pollMs = 10;
const maxStartMs = 120_000;
const maxStopMs = 30_000;

export interface ChildProgramInput {
  /** In error messages, and the name of its log. */
  name: string;
  command: readonly [program: string, ...options: string[]];
  /** All of its environment. */
  environment?: NodeJS.ProcessEnv;
  /** What it prints goes to `<logFolder>/<name>.log`, over all its starts; without a folder, to `output`. */
  logFolder?: string | undefined;
  /** Gives it an IPC channel, and gets the messages that it sends. */
  onMessage?: ((message: unknown) => void) | undefined;
  /** Gets the reason when it exits and `stop` was not called. */
  onUnexpectedExit?: ((reason: string) => void) | undefined;
}

export interface ProgramExit {
  /** Null where a signal ended it. */
  exitCode: number | null;
  /** All that it printed on both of its outputs; empty where that went to a log file. */
  output: string;
}

/** A program in its own process, which can be started again after its end. It never outlives what started it (`startChild`). */
export class ChildProgram {
  #child: ChildProcess | null = null;
  #output = '';
  #exited: Promise<ProgramExit> | null = null;
  #isStopping = false;

  constructor(private readonly input: ChildProgramInput) {}

  get name(): string {
    return this.input.name;
  }

  /** 0 unless it runs. */
  get pid(): number {
    return this.isRunning ? (this.#child?.pid ?? 0) : 0;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** What it has printed so far, where that does not go to a log file. */
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

  /** Resolves once the condition holds; rejects with the log when it exits before, or takes too long. */
  async untilReady(isReady: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + maxStartMs;
    while (!(await isReady())) {
      // It may have been killed on purpose while it started.
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

  /** The first match in its output; rejects when it exits without one. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    let match = pattern.exec(this.#output);
    await this.untilReady(() => (match = pattern.exec(this.#output)) !== null);
    if (match === null) throw new Error(`${this.name} was stopped: ${this.#output}`);
    return match;
  }

  /** The end of what it printed, and its exit. */
  async log(): Promise<string> {
    const text = this.logPath === null ? this.#output : await readFile(this.logPath, 'utf8');
    const { exitCode, signalCode } = this.#child ?? {};
    return this.isRunning
      ? text.slice(-2000)
      : `${text.slice(-2000)}\nexited with ${exitCode ?? signalCode ?? 'no process'}`;
  }

  /** Resolves when it has exited, and so have all processes that share its output. */
  exited(): Promise<ProgramExit> {
    return this.#exited ?? Promise.reject(new Error(`${this.name} was not started`));
  }

  /** Freezes it: its sockets stay open, and it answers nothing. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Safe to call twice; a program that ignores the signal is killed. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramExit> {
    this.#isStopping = true;
    if (this.isRunning) this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), maxStopMs);
    const exit = await this.exited();
    clearTimeout(timer);
    return exit;
  }

  /** Ends it at once, without a chance to shut down. */
  async kill(): Promise<void> {
    if (this.#child !== null) await this.stop('SIGKILL');
  }

  /** Its process, and the processes that it started. */
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
    // A program that cannot be spawned has no process, and `close` comes all the same.
    child.once('error', (error) => (this.#output += error.message));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output: this.#output };
  }
}

/** Runs a program until it exits by itself, without input. */
export function runToEnd(
  program: string,
  options: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ProgramExit> {
  return new ChildProgram({ name: program, command: [program, ...options], environment }).start().exited();
}

/** Whether a URL answers 2xx, with this text in the body. */
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
