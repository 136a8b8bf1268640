import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../support/child-processes.js';

const pollMs = 20;
const maxStartMs = 120_000;
const stopTimeoutMs = 20_000;

export interface ChildProgramInput {
  /** Its log is `<folder>/<name>.log`. */
  name: string;
  folder: string;
  program: string;
  options: readonly string[];
  environment?: Record<string, string>;
}

/** A program in a process of its own, which may have children. What it prints is in a file. */
export class ChildProgram {
  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    private readonly logPath: string,
  ) {}

  static async start({
    name,
    folder,
    program,
    options,
    environment,
  }: ChildProgramInput): Promise<ChildProgram> {
    const logPath = join(folder, `${name}.log`);
    const log = await open(logPath, 'w');
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment };
    const child = startChild(program, options, { env, stdio: ['ignore', log.fd, log.fd] });
    child.on('error', () => undefined);
    await log.close();
    return new ChildProgram(name, child, logPath);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Its process and all below it. */
  async processes(): Promise<number[]> {
    return this.hasEnded ? [] : withChildren(this.pid);
  }

  /** Asks until the program is ready; stops it and rejects with its log when that takes too long, or it ends before. */
  async untilReady(isReady: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + maxStartMs;
    while (!this.hasEnded && performance.now() < deadlineMs) {
      if (await isReady()) return;
      await delay(pollMs);
    }
    const log = await this.log();
    await this.stop();
    throw new Error(`${this.name} did not become ready: ${log}`);
  }

  /** The end of what it printed, and how it ended where it has. */
  async log(): Promise<string> {
    const printed = (await readFile(this.logPath, 'utf8')).slice(-2000);
    const { exitCode, signalCode } = this.child;
    return this.hasEnded ? `${printed}\nended with ${exitCode ?? signalCode ?? 'no process'}` : printed;
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it at once, with nothing put in order. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }
}

async function withChildren(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = children.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(pids.map(withChildren))).flat()];
}
