import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { oldGenerationGrowth } from '../../../test/support/old-generation-growth.js';
import { PendingSockets, type PendingKey } from './pending-sockets.js';

const rounds = 50;
const socketsOfRound = 40;
const pendingAtOnce = 16;
const itemsOfSocket = 1000;
// The size of all items that the sockets refer to, 8 bytes each.
const bytesOfAll = rounds * socketsOfRound * itemsOfSocket * 8;

test.each<[string, (socket: Socket, index: number) => PendingKey]>([
  ['themselves', (socket) => socket],
  ['a text', (_socket, index) => String(index)],
])('sockets with %s as key are young garbage once they were admitted or have closed', (_title, keyOf) => {
  const pending = new PendingSockets({ perAddress: 0, total: 0, isProxy: () => false });
  let count = 0;
  const waiting: { key: PendingKey; socket: Socket }[] = [];
  const growth = oldGenerationGrowth(rounds, () => {
    for (let index = 0; index < socketsOfRound; index += 1) {
      const socket = Object.assign(new Socket(), { items: new Array<number>(itemsOfSocket).fill(0) });
      const key = keyOf(socket, (count += 1));
      pending.take(key, socket);
      waiting.push({ key, socket });
      if (waiting.length < pendingAtOnce) continue;
      const first = waiting.shift();
      if (index % 2 === 0) first?.socket.emit('close');
      else if (first) pending.admitted(first.key);
    }
  });
  expect(pending.size).toBe(waiting.length);
  expect(growth).toBeLessThan(bytesOfAll / 4);
});
