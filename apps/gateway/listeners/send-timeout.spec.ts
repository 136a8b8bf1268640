import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { ClientConnection } from './client-connection.js';
import type { ClientTransport } from './client-transport.js';
import { defaultBounds, headersTimeoutMs, keepAliveTimeoutMs } from './request-bounds.js';

test('the time for an answer ends when the client has taken all of it', () => {
  const timers: (number | 'stopped')[] = [];
  const transport: ClientTransport = {
    receive: () => undefined,
    hold: () => undefined,
    startTimer: (milliseconds) => timers.push(milliseconds),
    stopTimer: () => timers.push('stopped'),
    resume: () => undefined,
    pause: () => undefined,
    write: () => false,
    end: () => undefined,
    destroy: () => undefined,
    resetAndDestroy: () => undefined,
  };
  const served = {
    request: { complete: true, problem: null, wantsBytes: false, read: () => 0 },
    response: { headersSent: true, onFlushed: () => connection.onAnswered(false) },
    start: () => undefined,
    abandon: () => undefined,
  };
  const owner = { onHead: () => served, onRefused: () => undefined };
  const accepted = { transport, socket: new Socket(), key: 'a', peerAddress: '192.0.2.7' };
  const connection = new ClientConnection(accepted, owner, defaultBounds);
  connection.start();
  connection.onData(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
  connection.write('answer');
  connection.onFlushed();
  expect(timers).toEqual([headersTimeoutMs, 'stopped', 60_000, 'stopped', keepAliveTimeoutMs]);
});
