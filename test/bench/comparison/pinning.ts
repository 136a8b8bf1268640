import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

type Command = readonly [program: string, ...options: string[]];
export type Role = 'proxy' | 'echo' | 'load';

/** Puts proxies on a processor of their own, away from the load, where the machine has `taskset` and two processors. */
export class Pinning {
  readonly #cores: Record<Role, number> | null;

  constructor({ isWanted = true } = {}) {
    const count = cpus().length;
    const canPin = isWanted && count > 1 && spawnSync('taskset', ['-p', String(process.pid)]).status === 0;
    this.#cores = canPin ? { load: 0, proxy: 1, echo: count > 2 ? 2 : 0 } : null;
  }

  /** Puts this process, and what it starts from now on, where the load is. */
  pinSelf(): void {
    if (this.#cores) spawnSync('taskset', ['-p', '-c', String(this.#cores.load), String(process.pid)]);
  }

  /** The command that runs the given one on the processor of its role. */
  command(role: Role, ...command: Command): Command {
    return this.#cores ? ['taskset', '-c', String(this.#cores[role]), ...command] : command;
  }

  get description(): string {
    if (!this.#cores) return 'not pinned to processors';
    const { load, proxy, echo } = this.#cores;
    return `pinned: the proxy on processor ${proxy}, the load on ${load}, the echo upstream on ${echo}`;
  }
}
