import { expect, test } from 'vitest';
import { StuckSocket } from '../../../test/support/stuck-socket.js';
import { GuardedSocket } from './guarded-socket.js';

test('a client that does not answer a ping is terminated', () => {
  const socket = new StuckSocket();
  const guarded = new GuardedSocket(socket.asWebSocket, { kind: 'admin' }, 'read');
  guarded.check();
  socket.emit('pong');
  guarded.check();
  expect(socket.isTerminated).toBe(false);
  guarded.check();
  expect(socket.isTerminated).toBe(true);
});

test('a client whose key has expired is closed with 1008', () => {
  const socket = new StuckSocket();
  const key = { keyId: 'key', prefix: 'slc', tenantId: 'ten', scopes: ['manage'], routeIds: null } as const;
  const expiresAt = new Date(Date.now() - 1).toISOString();
  new GuardedSocket(socket.asWebSocket, { kind: 'apiKey', ...key, expiresAt }, 'read').check();
  expect(socket.closedWith).toEqual([1008, 'key expired']);
});
