import { once, EventEmitter } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Actor } from '../cast/actor.js';
import { builtFile } from '../cast/cast.js';
import type { Chronicle } from '../chronicle.js';
import type { NotesMessage } from '../notes.js';
import type { ClientPlan, LoadCount, LoadOrder } from './client-plan.js';

const answerTimeoutMs = 15_000;
const pollMs = 100;

/** All clients, in a process of their own. */
export class Load {
  readonly #answers = new EventEmitter();
  readonly #actor: Actor;

  constructor(chronicle: Chronicle, folder: string) {
    this.#actor = new Actor({
      name: 'load',
      file: builtFile('test/chaos/load/load-process.js'),
      logPath: join(folder, 'load.log'),
      readyUrl: null,
      onMessage: (message) => {
        if (isNotes(message)) chronicle.note(message);
        else this.#answers.emit('count', message);
      },
      onLoss: (how) => chronicle.mishaps.push(how),
    });
  }

  async begin(plans: ClientPlan[]): Promise<void> {
    await this.#actor.start();
    this.#tell({ order: 'begin', plans });
  }

  async ask(order: 'hush' | 'count' | 'leave'): Promise<LoadCount> {
    const answered = once(this.#answers, 'count', { signal: AbortSignal.timeout(answerTimeoutMs) });
    this.#tell({ order });
    const [count] = (await answered) as [LoadCount];
    return count;
  }

  /** Looks at the count until it is as wanted, or the time is over; with the last one. */
  async until(isWanted: (count: LoadCount) => boolean, timeoutMs: number): Promise<LoadCount> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const count = await this.ask('count');
      if (isWanted(count) || performance.now() > deadline) return count;
      await delay(pollMs);
    }
  }

  async close(): Promise<void> {
    await this.#actor.kill();
  }

  #tell(order: LoadOrder): void {
    this.#actor.send(order);
  }
}

export function isNotes(message: unknown): message is NotesMessage {
  return typeof message === 'object' && message !== null && 'notes' in message;
}
