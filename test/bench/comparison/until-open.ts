import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildProgram } from './child-program.js';

const pollMs = 50;
const longestStartMs = 60_000;

/** Resolves when a WebSocket handshake is answered with 101; rejects with the program's log when that takes too long. */
export async function untilOpen(program: ChildProgram, target: Target): Promise<void> {
  const deadlineMs = performance.now() + longestStartMs;
  let answer = '';
  while (performance.now() < deadlineMs && !program.hasEnded) {
    answer = await firstAnswer(target);
    if (answer.startsWith('HTTP/1.1 101 ')) return;
    await delay(pollMs);
  }
  throw new Error(`a proxy does not let in: ${answer}\n${await program.log()}`);
}

interface Target {
  port: number;
  path: string;
  header: string;
}

async function firstAnswer({ port, path, header }: Target): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  const head = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...fields, header].filter(Boolean);
  try {
    await once(socket, 'connect');
    socket.write([...head, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'));
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    return chunk.toString('latin1');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
