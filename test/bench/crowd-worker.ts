import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answerCalls, type WorkerCalls } from './bench-worker.js';

const endOfHead = '\r\n\r\n';
// The accept queue of a listener has 511 places: further connections would wait for a retransmission.
const dialedAtOnce = 1000;

const admitted = new Set<Socket>();

/** The outcomes of a crowd of clients. */
export interface CrowdOutcome {
  /** The number of clients by status. */
  statuses: Record<string, number>;
  /** The number of admitted clients by URL. */
  admittedBy: number[];
}

const calls = {
  /** Requests this many connections at once, from the URLs in turn; admitted connections stay open. */
  async crowd({ urls, count }: { urls: string[]; count: number }): Promise<CrowdOutcome> {
    const statuses: Record<string, number> = {};
    const admittedBy = urls.map(() => 0);
    const sockets: { socket: Socket; place: number }[] = [];
    for (let dialed = 0; dialed < count; dialed += dialedAtOnce) {
      const size = Math.min(dialedAtOnce, count - dialed);
      const wave = Array.from({ length: size }, async (_, index) => {
        const place = (dialed + index) % urls.length;
        sockets.push({ socket: await dial(urls[place] ?? ''), place });
      });
      await Promise.all(wave);
    }
    // All are connected; now all send their requests.
    await Promise.all(
      sockets.map(async ({ socket, place }) => {
        const status = await ask(socket, urls[place] ?? '');
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status === '101') admittedBy[place] = (admittedBy[place] ?? 0) + 1;
      }),
    );
    return { statuses, admittedBy };
  },
  /** Closes all admitted connections. */
  async leave(): Promise<void> {
    const closed = [...admitted].map((socket) => once(socket, 'close'));
    for (const socket of admitted) socket.destroy();
    await Promise.all(closed);
  },
  /** Milliseconds from the request to the 101, one connection after the other. */
  async handshakeTimes({ url, count }: { url: string; count: number }): Promise<number[]> {
    const times: number[] = [];
    for (let done = 0; done < count; done += 1) {
      const socket = await dial(url);
      const startedAtMs = performance.now();
      const status = await ask(socket, url);
      if (status !== '101') throw new Error(`no upgrade: ${status}`);
      times.push(performance.now() - startedAtMs);
      const closed = once(socket, 'close');
      socket.destroy();
      await closed;
    }
    return times;
  },
} satisfies WorkerCalls;

export type CrowdCalls = typeof calls;

async function dial(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.on('error', () => undefined);
  socket.on('close', () => admitted.delete(socket));
  await once(socket, 'connect');
  return socket;
}

/** Resolves with the status of the answer, or with `closed` if there is none. */
async function ask(socket: Socket, url: string): Promise<string> {
  const { host, pathname } = new URL(url);
  let head = '';
  const answered = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (head.includes(endOfHead)) resolve(head.slice(9, 12));
    });
    socket.on('close', () => resolve('closed'));
  });
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  );
  const status = await answered;
  socket.removeAllListeners('data').resume();
  if (status === '101') admitted.add(socket);
  else socket.destroy();
  return status;
}

answerCalls(calls);
