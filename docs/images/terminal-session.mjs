import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** What the terminals show, line by line, each with its time. */
export class TerminalSession {
  terminals = { client: [], tap: [], operator: [] };
  #startedAtMs = Date.now();
  #replacements;

  /** `replacements` put the usual ports in place of those that were free. */
  constructor(replacements) {
    this.#replacements = replacements;
  }

  type(terminal, command) {
    this.add(terminal, `$ ${command}`);
  }

  add(terminal, text) {
    const shown = this.#replacements.reduce((line, [from, to]) => line.replaceAll(from, to), text);
    this.terminals[terminal].push({ atMs: Date.now() - this.#startedAtMs, text: shown });
  }

  follow(terminal, child) {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => this.add(terminal, line));
    }
  }

  async shows(terminal, pattern, count = 1) {
    while (this.terminals[terminal].filter(({ text }) => pattern.test(text)).length < count) await delay(20);
  }
}
