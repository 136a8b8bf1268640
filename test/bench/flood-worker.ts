import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { answerCalls, type WorkerCalls } from './bench-worker.js';

interface Flood {
  url: string;
  localAddress: string;
  count: number;
  /** The delay before an attacker reconnects after its connection has ended. */
  comeBackMs: number;
}

/** The outcomes of an attacker's connections since the start of the flood. */
export interface FloodCounts {
  /** Started connections. */
  begun: number;
  /** Connections that were closed without an answer. */
  dropped: number;
  /** Answered connections by status. */
  answered: Record<string, number>;
}

const dribbleEveryMs = 500;

const sockets = new Set<Socket>();
let counts = noCounts();
/** The number of this flood; attackers of an earlier flood do not reconnect. */
let current = 0;

/** Attackers at one address, each with one connection at a time, who reconnect after a disconnect. */
const calls = {
  /** Clients that send an endless head byte by byte. */
  dribble(flood: Flood): void {
    repeat(flood, (socket, { pathname, host }) => {
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
      const timer = setInterval(() => socket.write('a'), dribbleEveryMs);
      socket.on('close', () => clearInterval(timer));
    });
  },
  /** Clients that repeatedly request a WebSocket with an unknown key. */
  ask(flood: Flood): void {
    repeat(flood, (socket, { pathname, host }) => {
      socket.write(
        `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      );
    });
  },
  /** Stops the flood; resolves with its counts. */
  end(): FloodCounts {
    const ended = counts;
    counts = noCounts();
    current += 1;
    for (const socket of sockets) socket.destroy();
    return ended;
  },
} satisfies WorkerCalls;

export type FloodCalls = typeof calls;

function repeat(flood: Flood, act: (socket: Socket, url: URL) => void): void {
  for (let index = 0; index < flood.count; index += 1) {
    const number = current;
    setTimeout(() => attack(number, flood, act), (index / flood.count) * flood.comeBackMs);
  }
}

function attack(number: number, flood: Flood, act: (socket: Socket, url: URL) => void): void {
  if (number !== current) return;
  const url = new URL(flood.url);
  const { localAddress } = flood;
  const socket = connect({ host: url.hostname, port: Number(url.port), localAddress });
  let answer = '';
  counts.begun += 1;
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.on('connect', () => act(socket, url));
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.on('close', () => {
    sockets.delete(socket);
    count(answer);
    setTimeout(() => attack(number, flood, act), flood.comeBackMs);
  });
}

function noCounts(): FloodCounts {
  return { begun: 0, dropped: 0, answered: {} };
}

function count(answer: string): void {
  const status = /^HTTP\/1\.1 ([0-9]{3}) /.exec(answer)?.[1];
  if (status === undefined) counts.dropped += 1;
  else counts.answered[status] = (counts.answered[status] ?? 0) + 1;
}

// Real attackers run on other machines; here they must not take processor time from their target.
setPriority(constants.priority.PRIORITY_LOW);
answerCalls(calls);
