import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Releases } from '../support/releases.js';

/** The commands of a worker. Input and result are sent between processes, so they are plain data. */
export type WorkerCalls = Record<string, (input: never) => unknown>;

interface Call {
  id: number;
  name: string;
  input: unknown;
}

type Reply = { id: number; answer: unknown } | { id: number; error: string };

/** A part of a benchmark in a separate process, so that it does not wait for other parts. */
export class BenchWorker<Calls extends WorkerCalls> {
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    child.on('exit', () => {
      for (const [id, settle] of this.#waiting) settle({ id, error: 'the worker has ended' });
    });
  }

  /** Starts a built file of this folder, which `releases` stops. */
  static start<Calls extends WorkerCalls>(file: string, releases: Releases): BenchWorker<Calls> {
    const worker = new BenchWorker<Calls>(fork(fileURLToPath(new URL(file, import.meta.url))));
    releases.add(() => worker.stop());
    return worker;
  }

  async call<Name extends keyof Calls & string>(
    name: Name,
    ...[input]: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>> {
    this.#calls += 1;
    const id = this.#calls;
    const reply = await new Promise<Reply>((resolve) => {
      this.#waiting.set(id, resolve);
      this.child.send({ id, name, input } satisfies Call);
    });
    if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
    return reply.answer as Awaited<ReturnType<Calls[Name]>>;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}

/** Called by the worker's program. */
export function answerCalls(calls: WorkerCalls): void {
  process.on('message', ({ id, name, input }: Call) => {
    Promise.resolve()
      .then(() => calls[name]?.(input as never))
      .then((answer) => process.send?.({ id, answer } satisfies Reply))
      .catch((error: unknown) => process.send?.({ id, error: String(error) } satisfies Reply));
  });
  process.on('disconnect', () => process.exit());
}
