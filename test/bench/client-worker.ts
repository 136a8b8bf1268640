import { answerCalls, type WorkerCalls } from './bench-worker.js';
import { RawClient, type RawClose } from './raw-client.js';

const openAtOnce = 50;

const clients: RawClient[] = [];
const closes: RawClose[] = [];
let echoTimesMs: number[] = [];
let whenAllClosed = (): void => undefined;

/** The closes of all clients of a worker. */
interface AllClosed {
  /** The number of closes by close code. */
  codes: Record<string, number>;
  /** Milliseconds since 1970, with fractions, of each close, in order. */
  atMs: number[];
}

const calls = {
  /** `urls` are used in turn. */
  async open({
    urls,
    count,
    apiKey,
    localAddress,
  }: {
    urls: string[];
    count: number;
    apiKey: string | null;
    localAddress?: string;
  }): Promise<void> {
    for (let opened = 0; opened < count; opened += openAtOnce) {
      const size = Math.min(openAtOnce, count - opened);
      const wave = Array.from({ length: size }, (_, index) => urls[(opened + index) % urls.length] ?? '');
      clients.push(
        ...(await Promise.all(
          wave.map((url) => RawClient.open(url, apiKey, { onText, onClose }, localAddress)),
        )),
      );
    }
  },
  /**
   * From now on each client sends a message at this interval, evenly spread, and records the time of its
   * echo.
   */
  talk({ everyMs }: { everyMs: number }): void {
    clients.forEach((client, index) => {
      const send = (): void => {
        if (client.isOpen) client.send(String(performance.now()));
      };
      setTimeout(() => setInterval(send, everyMs), (index / clients.length) * everyMs);
    });
  },
  /** The echo times in milliseconds since the last call. */
  takeEchoTimes(): number[] {
    const taken = echoTimesMs;
    echoTimesMs = [];
    return taken;
  },
  ended(): number {
    return closes.length;
  },
  async untilAllClosed(): Promise<AllClosed> {
    if (closes.length < clients.length) await new Promise<void>((resolve) => (whenAllClosed = resolve));
    const codes: Record<string, number> = {};
    for (const { code } of closes) codes[code] = (codes[code] ?? 0) + 1;
    return { codes, atMs: closes.map(({ atMs }) => atMs) };
  },
} satisfies WorkerCalls;

export type ClientCalls = typeof calls;

function onText(text: string): void {
  echoTimesMs.push(performance.now() - Number(text));
}

function onClose(close: RawClose): void {
  closes.push(close);
  if (closes.length === clients.length) whenAllClosed();
}

answerCalls(calls);
