import { expect, it } from 'vitest';
import { StuckSocket } from '../../../test/support/stuck-socket.js';
import { EventSubscriber } from './event-subscriber.js';

it('a client that does not read is closed with 1013 instead of being buffered for without end', () => {
  const socket = new StuckSocket();
  const subscriber = new EventSubscriber(socket.asWebSocket, { kind: 'admin' });
  for (let index = 0; index < 100_000; index += 1) subscriber.tell('ten', 'x'.repeat(60));
  expect(socket.closedWith).toEqual([1013, 'too slow']);
  expect(socket.bufferedAmount).toBeLessThan(1_100_000);
});
