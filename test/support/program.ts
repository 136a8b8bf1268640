import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { startChild } from './child-processes.js';

export interface ProgramEnd {
  exitCode: number | null;
  output: string;
}

/** One of Sluice's programs, as it was built, in a process of its own. */
export class Program {
  #output = '';
  #onNews: (() => void)[] = [];
  #hasEnded = false;
  readonly #ended: Promise<ProgramEnd>;

  private constructor(private readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        this.#tellNews();
      });
    }
    this.#ended = once(process, 'close').then(([exitCode]) => {
      this.#hasEnded = true;
      this.#tellNews();
      return { exitCode: exitCode as number | null, output: this.#output };
    });
  }

  /**
   * Starts `dist/apps/<app>/main.js` with nothing in its environment but what is given, and PATH; with at most so many
   * open files, where that is given.
   */
  static start(
    app: string,
    environment: Record<string, string>,
    { openFiles }: { openFiles?: number } = {},
  ): Program {
    // Tests and scripts run in the folder of the repository, whether they were built or not.
    const main = resolve('dist', 'apps', app, 'main.js');
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    const command = [process.execPath, main];
    const [program = '', ...options] =
      openFiles === undefined ? command : ['sh', '-c', `ulimit -n ${openFiles}; exec "$@"`, 'sh', ...command];
    return new Program(startChild(program, options, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get output(): string {
    return this.#output;
  }

  /** The first match in what the program prints; rejects when it ends without one. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (this.#hasEnded) throw new Error(`it ended: ${this.#output}`);
      await new Promise<void>((resolve) => this.#onNews.push(resolve));
    }
  }

  ended(): Promise<ProgramEnd> {
    return this.#ended;
  }

  /** Freezes it: its sockets stay, and nothing is answered. */
  pause(): void {
    this.process.kill('SIGSTOP');
  }

  resume(): void {
    this.process.kill('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<ProgramEnd> {
    this.process.kill(signal);
    return this.#ended;
  }

  #tellNews(): void {
    for (const tell of this.#onNews.splice(0)) tell();
  }
}
