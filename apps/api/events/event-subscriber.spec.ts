import { expect, test } from 'vitest';
import { StuckSocket } from '../../../test/support/stuck-socket.js';
import { EventSubscriber } from './event-subscriber.js';

test('a client that does not read is closed with 1013 once its bounded buffer is full', () => {
  const socket = new StuckSocket();
  const subscriber = new EventSubscriber(socket.asWebSocket, { kind: 'admin' });
  const text = 'x'.repeat(1000);
  for (let index = 0; index < 40_000; index += 1) subscriber.publish('ten', text);
  expect(socket.closedWith).toEqual([1013, 'too slow']);
  expect(socket.bufferedAmount).toBeLessThan(300_000);
});

test('a client that reads receives a burst of megabytes in order, with a bounded socket buffer', () => {
  const socket = new StuckSocket();
  const subscriber = new EventSubscriber(socket.asWebSocket, { kind: 'admin' });
  const texts = Array.from({ length: 400 }, (_, index) => String(index).padStart(20_000, '0'));
  for (const text of texts) subscriber.publish('ten', text);
  while (socket.sent.length < texts.length) {
    expect(socket.bufferedAmount).toBeLessThan(300_000);
    socket.drain();
  }
  expect(socket.sent).toEqual(texts);
  socket.drain();
  subscriber.publish('ten', 'last');
  expect([socket.sent.at(-1), socket.closedWith]).toEqual(['last', null]);
});
