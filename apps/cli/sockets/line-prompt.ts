import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Terminal } from '../terminal.js';

/** Reads lines and prints others; the line being typed is kept below the printed lines. */
export class LinePrompt {
  readonly #terminal: Terminal;
  #interface: Interface | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** The lines of the input, until its end, Ctrl-C or `end`. */
  lines(): AsyncIterable<string> {
    const { input, output, isInteractive } = this.#terminal;
    const lines = createInterface(isInteractive ? { input, output, prompt: '> ' } : { input });
    lines.on('SIGINT', () => lines.close());
    if (isInteractive) {
      lines.on('line', () => lines.prompt());
      lines.prompt();
      this.#interface = lines;
    }
    return lines;
  }

  print(line: string): void {
    if (this.#interface === null) {
      this.#terminal.print(line);
      return;
    }
    clearLine(this.#terminal.output, 0);
    cursorTo(this.#terminal.output, 0);
    this.#terminal.print(line);
    this.#interface.prompt(true);
  }

  /** Stops reading, so that the input does not keep the process alive. */
  end(): void {
    const lines = this.#interface;
    this.#interface = null;
    lines?.close();
    if (lines !== null) this.#terminal.print('');
    this.#terminal.input.destroy();
  }
}
