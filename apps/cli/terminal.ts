import type { Readable } from 'node:stream';
import type { Environment } from '#libs/settings';

type OwnProcess = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'once' | 'off'>;

/** The input and output of a command: results go to standard output, everything else to standard error. */
export class Terminal {
  readonly environment: Environment;
  readonly input: Readable;
  /** Whether a person types the input and reads the output. */
  readonly isInteractive: boolean;
  readonly #process: OwnProcess;

  constructor(process: OwnProcess) {
    this.#process = process;
    this.environment = process.env;
    this.input = process.stdin;
    this.isInteractive = process.stdin.isTTY && process.stdout.isTTY;
    // `sluice tap … | head -1`: the reader has exited, so the command ends too.
    process.stdout.on('error', endOnClosedPipe);
  }

  get output(): NodeJS.WritableStream {
    return this.#process.stdout;
  }

  print(line: string): void {
    this.#process.stdout.write(`${line}\n`);
  }

  report(line: string): void {
    this.#process.stderr.write(`${line}\n`);
  }

  /**
   * Calls `stop` on the first Ctrl-C; the next one ends the process. Returns a function that removes the
   * listener.
   */
  onInterrupt(stop: () => void): () => void {
    this.#process.once('SIGINT', stop);
    return () => void this.#process.off('SIGINT', stop);
  }
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
