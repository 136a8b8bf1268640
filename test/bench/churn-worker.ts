import { once } from 'node:events';
import { connect } from 'node:net';
import { Random } from '../support/random.js';
import { answerCalls, type WorkerCalls } from './bench-worker.js';
import { RawClient } from './raw-client.js';

/** The ways in which a client disconnects. */
const leavings = ['close frame', 'FIN', 'reset', 'before the answer', 'without a key'] as const;

/** The counters of the churn. */
export interface ChurnCounts {
  /** Connections that got a 101. */
  opened: number;
  /** Clients that disconnected before an answer; only the gateway knows whether they were joined. */
  leftEarly: number;
  /** Refused requests without a key. */
  refused: number;
}

interface Target {
  url: string;
  apiKey: string;
}

const counts: ChurnCounts = { opened: 0, leftEarly: 0, refused: 0 };
let isStopping = false;
let running: Promise<unknown> = Promise.resolve();

const calls = {
  /**
   * Runs this many clients at once that connect, echo a message and disconnect in one of the ways, until
   * `stop`.
   */
  start({ clients, seed, ...target }: Target & { clients: number; seed: number }): void {
    const random = new Random(seed);
    running = Promise.all(Array.from({ length: clients }, () => comeAndGo(target, random.fork())));
  },
  async stop(): Promise<ChurnCounts> {
    isStopping = true;
    await running;
    return counts;
  },
} satisfies WorkerCalls;

export type ChurnCalls = typeof calls;

async function comeAndGo(target: Target, random: Random): Promise<void> {
  while (!isStopping) {
    const leaving = random.pick(leavings);
    switch (leaving) {
      case 'before the answer':
        await leaveEarly(target);
        break;
      case 'without a key':
        await expectRefusal(target);
        break;
      case 'close frame':
      case 'FIN':
      case 'reset':
        await echoAndLeave(target, leaving);
        break;
    }
  }
}

async function echoAndLeave(
  { url, apiKey }: Target,
  leaving: 'close frame' | 'FIN' | 'reset',
): Promise<void> {
  let onText = (): void => undefined;
  let onClose = (): void => undefined;
  const echoed = new Promise<void>((resolve) => (onText = resolve));
  const closed = new Promise<void>((resolve) => (onClose = resolve));
  const client = await RawClient.open(url, apiKey, { onText, onClose });
  counts.opened += 1;
  client.send('hello');
  await echoed;
  if (leaving === 'close frame') client.startClose(1000);
  if (leaving === 'FIN') client.end();
  if (leaving === 'reset') client.reset();
  await closed;
  client.end();
}

async function leaveEarly({ url, apiKey }: Target): Promise<void> {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nX-Api-Key: ${apiKey}\r\n\r\n`,
    () => socket.destroy(),
  );
  await closed;
  counts.leftEarly += 1;
}

async function expectRefusal({ url }: Target): Promise<void> {
  const events = { onText: () => undefined, onClose: () => undefined };
  const answer = await RawClient.open(url, null, events).catch((error: unknown) => String(error));
  if (answer instanceof RawClient) throw new Error('a client without a key was admitted');
  if (!answer.includes(' 401 ')) throw new Error(answer);
  counts.refused += 1;
}

answerCalls(calls);
