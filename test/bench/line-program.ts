import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Releases } from '../support/releases.js';

/** A load program in a separate process, which prints lines and ends when its standard input does. */
export class LineProgram {
  private constructor(private readonly lines: AsyncIterator<string, undefined>) {}

  /** Starts a program, which `releases` stops. Its errors are printed. */
  static start(path: string, parameters: readonly string[], releases: Releases): LineProgram {
    const program = spawn(path, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(program, 'exit');
    releases.add(async () => {
      program.stdin.end();
      await ended;
    });
    return new LineProgram(createInterface({ input: program.stdout })[Symbol.asyncIterator]());
  }

  /** Rejects if the program ends before it prints another line. */
  async nextLine(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error('a load program has ended');
    return value;
  }
}
