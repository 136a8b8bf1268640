import { once, EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ChildProgram, type ChildProgramInput } from '../../support/child-program.js';
import { builtFile } from '../../support/sluice-process.js';
import type { EventsMessage } from '../events.js';
import type { ClientPlan, WorkloadCount, WorkloadCommand } from './client-plan.js';

const answerTimeoutMs = 15_000;
const pollMs = 100;

/** All clients, in a separate process. */
export class Workload {
  readonly #answers = new EventEmitter();
  readonly #process: ChildProgram;

  /** `onMessage` gets the events of the clients. */
  constructor(
    { onMessage, onUnexpectedExit }: Pick<ChildProgramInput, 'onMessage' | 'onUnexpectedExit'>,
    logFolder: string,
  ) {
    this.#process = new ChildProgram({
      name: 'workload',
      command: [
        process.execPath,
        '--enable-source-maps',
        builtFile('test/chaos/workload/workload-process.js'),
      ],
      environment: { PATH: process.env['PATH'] },
      logFolder,
      onMessage: (message) => {
        if (isEvents(message)) onMessage?.(message);
        else this.#answers.emit('count', message);
      },
      onUnexpectedExit,
    });
  }

  start(plans: ClientPlan[]): void {
    this.#process.start();
    this.#send({ command: 'start', plans });
  }

  async ask(command: 'quiesce' | 'count' | 'leave'): Promise<WorkloadCount> {
    const answered = once(this.#answers, 'count', { signal: AbortSignal.timeout(answerTimeoutMs) });
    this.#send({ command });
    const [count] = (await answered) as [WorkloadCount];
    return count;
  }

  /** Polls the count until the condition holds or the time is over; resolves with the last count. */
  async until(condition: (count: WorkloadCount) => boolean, timeoutMs: number): Promise<WorkloadCount> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const count = await this.ask('count');
      if (condition(count) || performance.now() > deadline) return count;
      await delay(pollMs);
    }
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }

  #send(command: WorkloadCommand): void {
    this.#process.send(command);
  }
}

export function isEvents(message: unknown): message is EventsMessage {
  return typeof message === 'object' && message !== null && 'events' in message;
}
