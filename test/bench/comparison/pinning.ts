import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

type Command = readonly [program: string, ...options: string[]];
export type Role = 'proxy' | 'echo' | 'load';

/** Pins proxies and load to separate processors, if the machine has `taskset` and at least two processors. */
export class Pinning {
  readonly #cores: Record<Role, number> | null;

  constructor({ isWanted = true } = {}) {
    const count = cpus().length;
    const canPin = isWanted && count > 1 && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;
    this.#cores = canPin ? { load: 0, proxy: 1, echo: count > 2 ? 2 : 0 } : null;
  }

  /** Pins this process and its future child processes to the load's processor. */
  pinSelf(): void {
    if (this.#cores) spawnSync('taskset', ['-p', '-c', String(this.#cores.load), String(process.pid)]);
  }

  /** The command that runs the given command on the processor of its role. */
  command(role: Role, ...command: Command): Command {
    return this.#cores ? ['taskset', '-c', String(this.#cores[role]), ...command] : command;
  }

  get description(): string {
    if (!this.#cores) return 'not pinned to processors';
    const { load, proxy, echo } = this.#cores;
    return `pinned: the proxy on processor ${proxy}, the load on ${load}, the echo upstream on ${echo}`;
  }
}
