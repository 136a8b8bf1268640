import { once } from 'node:events';
import { connect } from 'node:net';
import type { ChildProgram } from '../../support/child-program.js';
import type { ProbedTarget, ProxyInput } from './proxy.js';

/** Resolves when the proxy forwards; if that takes too long, stops the program and rejects with its log. */
export async function untilOpen(
  program: ChildProgram,
  target: ProbedTarget,
  probe: ProxyInput['probe'] = answersHandshake,
): Promise<void> {
  await program.untilReady(() => probe(target));
}

async function answersHandshake(target: ProbedTarget): Promise<boolean> {
  return (await firstAnswer(target)).startsWith('HTTP/1.1 101 ');
}

async function firstAnswer({ port, path, header }: ProbedTarget): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const fields = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  const head = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...fields, header].filter(Boolean);
  try {
    socket.write([...head, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''].join('\r\n'));
    // A proxy that exits, or that refuses everybody, closes without an answer.
    const first: unknown[] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    const [chunk] = first;
    return chunk instanceof Buffer ? chunk.toString('latin1') : '';
  } catch {
    return '';
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
