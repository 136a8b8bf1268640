import type { Readable } from 'node:stream';
import type { Environment } from '#libs/settings';

type OwnProcess = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'once' | 'off'>;

/** Where a command reads, prints and reports: results go to standard output, everything else to standard error. */
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
    // `sluice tap … | head -1`: the reader has what it wants, so there is nothing left to do.
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

  /** Calls `stop` on Ctrl-C, once: the next one ends the process. Returns what takes the listener off again. */
  onInterrupt(stop: () => void): () => void {
    this.#process.once('SIGINT', stop);
    return () => void this.#process.off('SIGINT', stop);
  }
}

function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
