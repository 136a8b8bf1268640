import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export interface ActorInput {
  name: string;
  /** The program as it was built, and what it is told. */
  file: string;
  args?: string[];
  environment?: Record<string, string>;
  /** What it prints goes there, of all its lives. */
  logPath: string;
  /** Answers 2xx once it is ready; null where it is so at once. */
  readyUrl: string | null;
  onMessage?: (message: unknown) => void;
  /** Told when it ends and nobody here has ended it. */
  onLoss?: (how: string) => void;
}

const pollMs = 30;
// A busy machine takes ten times as long as a quiet one.
const longestStartMs = 60_000;
const longestStopMs = 30_000;

/** A process that chaos may kill, freeze and start again, in the same place each time. */
export class Actor {
  #child: ChildProcess | null = null;
  #isExpectedToEnd = false;
  #lives = 0;

  constructor(private readonly input: ActorInput) {}

  get name(): string {
    return this.input.name;
  }

  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get lives(): number {
    return this.#lives;
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const { file, args = [], environment, logPath, onMessage } = this.input;
    const log = await open(logPath, 'a');
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    // IPC for those alone with whom there is something to say: an app of Sluice has none.
    const stdio = ['ignore' as const, log.fd, log.fd, ...(onMessage ? ['ipc' as const] : [])];
    const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { env, stdio });
    await log.close();
    this.#child = child;
    this.#lives += 1;
    this.#isExpectedToEnd = false;
    if (onMessage) child.on('message', onMessage);
    child.once('exit', (code, signal) => {
      if (!this.#isExpectedToEnd)
        this.input.onLoss?.(`${this.name} ended by itself with ${signal ?? code ?? '?'}`);
    });
    await this.#untilReady(child);
  }

  send(message: object): void {
    this.#child?.send(message);
  }

  /** Ends it at once, with nothing put in order. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it as an operator would; with what it exits. */
  async terminate(): Promise<number | null> {
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), longestStopMs);
    await this.#end('SIGTERM');
    clearTimeout(timer);
    return this.#child?.exitCode ?? null;
  }

  /** Freezes it: its sockets stay, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    this.#isExpectedToEnd = true;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const { readyUrl, name, logPath } = this.input;
    const deadline = performance.now() + longestStartMs;
    while (readyUrl !== null && !(await answersWell(readyUrl))) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null;
      // Somebody may have killed it while it started, which is theirs to answer for.
      if (hasEnded && this.#isExpectedToEnd) return;
      if (!hasEnded && performance.now() < deadline) {
        await delay(pollMs);
        continue;
      }
      const printed = (await readFile(logPath, 'utf8')).slice(-2000);
      throw new Error(`${name} did not start: ${hasEnded ? 'it ended' : 'it is not ready'}\n${printed}`);
    }
  }
}

async function answersWell(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}
