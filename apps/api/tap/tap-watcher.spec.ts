import { expect, test } from 'vitest';
import type { TapFrame } from '#libs/fleet';
import { StuckSocket } from '../../../test/support/stuck-socket.js';
import { TapWatcher } from './tap-watcher.js';

const frame: TapFrame = {
  at: '2026-11-22T14:00:00.000Z',
  from: 'upstream',
  opcode: 'binary',
  isFinal: true,
  isCompressed: false,
  length: 1,
  payload: null,
};

test('frames for a slow watcher are omitted, and it receives their number once it reads again', () => {
  const socket = new StuckSocket();
  const watcher = new TapWatcher();
  watcher.attach(socket.asWebSocket);
  watcher.show(Array.from({ length: 100_000 }, () => frame));
  expect(socket.bufferedAmount).toBeLessThan(1_100_000);
  expect(socket.closedWith).toBeNull();
  const shown = socket.sent.length;
  socket.drain();
  watcher.show([frame]);
  expect(socket.sent.slice(shown).map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: 'omitted', count: 100_000 - shown },
    { type: 'frame', ...frame },
  ]);
  watcher.reportOmitted();
  expect(socket.sent).toHaveLength(shown + 2);
});

test('frames before the socket is attached count as omitted, and a socket attached after the end is closed at once', () => {
  const socket = new StuckSocket();
  const watcher = new TapWatcher();
  watcher.show([frame, frame]);
  watcher.addOmitted(3);
  watcher.close(1000, 'connection ended');
  watcher.attach(socket.asWebSocket);
  expect(socket.sent).toEqual([JSON.stringify({ type: 'omitted', count: 5 })]);
  expect(socket.closedWith).toEqual([1000, 'connection ended']);
});
