import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { EventSubscriber } from './event-subscriber.js';

it('a client that does not read is closed with 1013 instead of being buffered for without end', () => {
  const socket = new StuckSocket();
  const subscriber = new EventSubscriber(socket as unknown as WebSocket, { kind: 'admin' });
  for (let revision = 1; revision <= 100_000; revision += 1) {
    subscriber.tell({ revision, committedAt: '', tenantId: 'ten', entries: [] });
  }
  expect(socket.closedWith).toBe(1013);
  expect(socket.bufferedAmount).toBeLessThan(1_100_000);
});

it('a client that does not answer a ping is given up', () => {
  const socket = new StuckSocket();
  const subscriber = new EventSubscriber(socket as unknown as WebSocket, { kind: 'admin' });
  subscriber.check();
  socket.emit('pong');
  subscriber.check();
  expect(socket.isTerminated).toBe(false);
  subscriber.check();
  expect(socket.isTerminated).toBe(true);
});

/** A socket whose other end takes nothing. */
class StuckSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  closedWith: number | null = null;
  isTerminated = false;

  send(text: string): void {
    this.bufferedAmount += text.length;
  }

  ping(): void {
    this.bufferedAmount += 2;
  }

  close(code: number): void {
    this.readyState = 2;
    this.closedWith = code;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}
