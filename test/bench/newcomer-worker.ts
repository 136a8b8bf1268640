import { answerCalls, type WorkerCalls } from './bench-worker.js';
import { RawClient } from './raw-client.js';

/** The outcomes of new clients since the last call. */
export interface Newcomers {
  refused: number;
  /** Milliseconds from the connection to the 101 of each admitted client. */
  admittedMs: number[];
}

let newcomers: Newcomers = { refused: 0, admittedMs: [] };

const ignored = { onText: () => undefined, onClose: () => undefined };

const calls = {
  /** From now on a new client connects at this interval, and disconnects at once. */
  come({
    url,
    localAddress,
    everyMs,
    apiKey,
  }: {
    url: string;
    localAddress: string;
    everyMs: number;
    apiKey: string | null;
  }): void {
    setInterval(() => {
      const startedAtMs = performance.now();
      RawClient.open(url, apiKey, ignored, localAddress).then(
        (client) => {
          newcomers.admittedMs.push(performance.now() - startedAtMs);
          client.end();
        },
        () => (newcomers.refused += 1),
      );
    }, everyMs);
  },
  take(): Newcomers {
    const taken = newcomers;
    newcomers = { refused: 0, admittedMs: [] };
    return taken;
  },
} satisfies WorkerCalls;

export type NewcomerCalls = typeof calls;

answerCalls(calls);
