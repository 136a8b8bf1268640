import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
    private readonly child: ChildProcess,
    private readonly logPath: string,
  ) {}

  static async start(input: ChildProgramInput): Promise<ChildProgram> {
    const logPath = join(input.folder, `${input.name}.log`);
    const log = await open(logPath, 'w');
    const env = { PATH: process.env['PATH'] ?? '', HOME: input.folder, ...input.environment };
    const child = spawn(input.program, input.options, { env, stdio: ['ignore', log.fd, log.fd] });
    child.on('error', () => undefined);
    await log.close();
    return new ChildProgram(child, logPath);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  /** Its process and all below it. */
  async processes(): Promise<number[]> {
    return this.child.pid === undefined ? [] : withChildren(this.child.pid);
  }

  /** The end of what it printed, and how it ended where it has. */
  async log(): Promise<string> {
    const printed = (await readFile(this.logPath, 'utf8')).slice(-2000);
    const { exitCode, signalCode } = this.child;
    return this.hasEnded ? `${printed}\nended with ${exitCode ?? signalCode ?? 'no process'}` : printed;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
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
