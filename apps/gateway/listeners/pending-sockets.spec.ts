import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PendingSockets } from './pending-sockets.js';

function from(remoteAddress: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

function take(pending: PendingSockets, ...addresses: string[]): unknown[] {
  return addresses.map((address) => {
    const socket = from(address);
    return pending.take(socket, socket);
  });
}

describe('PendingSockets', () => {
  let nowMs = 0;
  const bounds = {
    perAddress: 2,
    total: 5,
    isProxy: (address: string) => address === '10.0.0.1',
    now: () => nowMs,
  };

  it('has places for so many sockets of an address, and for those of others still', () => {
    const pending = new PendingSockets(bounds);
    expect(take(pending, '192.0.2.1', '::ffff:192.0.2.1', '192.0.2.1', '192.0.2.2')).toEqual([
      null,
      null,
      'pending_address',
      null,
    ]);
  });

  it('takes a /64 of IPv6 for one address', () => {
    const pending = new PendingSockets(bounds);
    expect(take(pending, '2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1')).toEqual([
      null,
      null,
      'pending_address',
      null,
    ]);
  });

  it('has so many places for all together', () => {
    const pending = new PendingSockets(bounds);
    const addresses = ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    expect(take(pending, ...addresses).at(-1)).toBe('pending_total');
    expect(pending.size).toBe(5);
  });

  it('gives the place of a socket that is joined back at once, and only once, and leaves no listener on it', () => {
    const pending = new PendingSockets(bounds);
    const [joined, other] = [from('192.0.2.1'), from('192.0.2.1')];
    for (const socket of [joined, other]) expect(pending.take(socket, socket)).toBeNull();
    pending.joined(joined);
    pending.joined(joined);
    expect(joined.listenerCount('close')).toBe(0);
    expect(take(pending, '192.0.2.1', '192.0.2.1')).toEqual([null, 'pending_address']);
  });

  it('gives the places of sockets that were not joined back one after the other, within a second', () => {
    const pending = new PendingSockets(bounds);
    const sockets = [from('192.0.2.1'), from('192.0.2.1')];
    for (const socket of sockets) expect(pending.take(socket, socket)).toBeNull();
    for (const socket of sockets) socket.emit('close');
    expect(pending.size).toBe(0);
    expect(take(pending, '192.0.2.1', '192.0.2.2')).toEqual(['pending_address', null]);
    nowMs += 500;
    expect(take(pending, '192.0.2.1', '192.0.2.1')).toEqual([null, 'pending_address']);
    nowMs += 500;
    expect(take(pending, '192.0.2.1', '192.0.2.1')).toEqual([null, 'pending_address']);
  });

  it('bounds no proxy, but the clients that it speaks for, and all together', () => {
    const pending = new PendingSockets(bounds);
    const sockets = Array.from({ length: 5 }, () => from('10.0.0.1'));
    for (const socket of sockets) expect(pending.take(socket, socket)).toBeNull();
    const moved = sockets.map((socket) => pending.move(socket, '192.0.2.1'));
    expect(moved).toEqual([null, null, 'pending_address', 'pending_address', 'pending_address']);
    expect(take(pending, '10.0.0.1')).toEqual(['pending_total']);
    for (const socket of sockets) pending.joined(socket);
    expect(take(pending, '192.0.2.1', '192.0.2.1', '192.0.2.1')).toEqual([null, null, 'pending_address']);
  });

  it('has no bounds of 0', () => {
    const pending = new PendingSockets({ ...bounds, perAddress: 0, total: 0 });
    expect(take(pending, ...Array.from({ length: 20 }, () => '192.0.2.1'))).toEqual(Array(20).fill(null));
  });
});
