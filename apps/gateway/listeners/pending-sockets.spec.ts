import { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { PendingSockets, type PendingRefusal } from './pending-sockets.js';

function from(remoteAddress: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

/** Takes one socket from each of these addresses; each socket is its own key. */
function take(pending: PendingSockets, ...addresses: string[]): (Socket | PendingRefusal)[] {
  return addresses.map((address) => {
    const socket = from(address);
    return pending.take(socket, socket) ?? socket;
  });
}

function socketsOf(taken: readonly (Socket | PendingRefusal)[]): Socket[] {
  return taken.filter((each) => each instanceof Socket);
}

function refusalsOf(taken: readonly (Socket | PendingRefusal)[]): PendingRefusal[] {
  return taken.filter((each) => typeof each === 'string');
}

/** Whether the request of each socket may proceed, in this order; the others are answered and closed. */
function claimAll(pending: PendingSockets, sockets: readonly Socket[], address: string): boolean[] {
  return sockets.map((socket) => {
    const mayProceed = pending.claim(socket, address);
    if (!mayProceed) socket.emit('close');
    return mayProceed;
  });
}

const many = (count: number, address: string): string[] => Array.from({ length: count }, () => address);
const [mine, other, proxy] = ['192.0.2.1', '192.0.2.2', '10.0.0.1'];

describe('PendingSockets', () => {
  let nowMs: number;
  let pending: PendingSockets;

  function create(bounds: { perAddress?: number; total?: number } = {}): PendingSockets {
    return new PendingSockets({
      perAddress: 2,
      total: 0,
      isProxy: (address) => address === proxy,
      now: () => nowMs,
      ...bounds,
    });
  }

  beforeEach(() => {
    nowMs = 0;
    pending = create();
  });

  test('an address has a bounded number of places, and other addresses still have theirs', () => {
    const sockets = socketsOf(take(pending, mine, `::ffff:${mine}`, mine));
    const [fromOther] = socketsOf(take(pending, other));
    expect(claimAll(pending, sockets, mine)).toEqual([true, true, false]);
    expect(claimAll(pending, sockets.slice(0, 2), mine)).toEqual([true, true]);
    expect(fromOther && pending.claim(fromOther, other)).toBe(true);
  });

  test('an IPv6 /64 counts as one address', () => {
    const sockets = socketsOf(take(pending, '2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:0:1::1'));
    expect(sockets.map((socket) => pending.claim(socket, socket.remoteAddress ?? ''))).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  test('refuses a socket of an address only beyond ten times the number of its places', () => {
    const taken = take(pending, ...many(22, mine));
    expect(refusalsOf(taken)).toEqual(['pending_address', 'pending_address']);
    expect(pending.size).toBe(20);
    expect(refusalsOf(take(pending, other))).toEqual([]);
  });

  test('sockets beyond the places of an address are admitted if the requests before them were', () => {
    const sockets = socketsOf(take(pending, ...many(20, mine)));
    for (const socket of sockets) {
      expect(pending.claim(socket, mine)).toBe(true);
      pending.admitted(socket);
    }
    expect(pending.size).toBe(0);
  });

  test('a socket whose request was not read takes no place, in whatever order requests are read', () => {
    const sockets = socketsOf(take(pending, ...many(6, mine)));
    for (const socket of sockets.slice(2).reverse()) {
      expect(pending.claim(socket, mine)).toBe(true);
      pending.admitted(socket);
    }
    for (const silent of sockets.slice(0, 2)) silent.emit('close');
    expect(claimAll(pending, socketsOf(take(pending, mine, mine)), mine)).toEqual([true, true]);
  });

  test('releases the place of an admitted request at once, and only once, and leaves no listener', () => {
    const [admitted, waiting] = socketsOf(take(pending, mine, mine));
    if (!admitted || !waiting) throw new Error('the sockets were not taken');
    expect(claimAll(pending, [admitted, waiting], mine)).toEqual([true, true]);
    pending.admitted(admitted);
    pending.admitted(admitted);
    expect(admitted.listenerCount('close')).toBe(0);
    expect(claimAll(pending, socketsOf(take(pending, mine, mine)), mine)).toEqual([true, false]);
    waiting.emit('close');
    expect(waiting.listenerCount('close')).toBe(0);
  });

  test('places of requests that were not admitted become free at an even rate, within a second', () => {
    const sockets = socketsOf(take(pending, mine, mine));
    expect(claimAll(pending, sockets, mine)).toEqual([true, true]);
    for (const socket of sockets) socket.emit('close');
    expect(claimAll(pending, socketsOf(take(pending, mine)), mine)).toEqual([false]);
    expect(claimAll(pending, socketsOf(take(pending, other)), other)).toEqual([true]);
    nowMs += 500;
    expect(claimAll(pending, socketsOf(take(pending, mine, mine)), mine)).toEqual([true, false]);
  });

  test('takes a bounded number of sockets of an address in five seconds if none is admitted', () => {
    const takeMany = (): number => {
      const sockets = socketsOf(take(pending, ...many(30, mine)));
      for (const socket of sockets) socket.emit('close');
      return sockets.length;
    };
    expect([takeMany(), takeMany()]).toEqual([20, 0]);
    nowMs += 2500;
    expect([takeMany(), takeMany()]).toEqual([10, 0]);
    nowMs += 5000;
    expect(takeMany()).toBe(20);
  });

  test('refuses sockets beyond the total bound, from any address', () => {
    pending = create({ total: 3 });
    expect(refusalsOf(take(pending, mine, mine, other, '192.0.2.3'))).toEqual(['pending_total']);
    expect(pending.size).toBe(3);
  });

  test('sockets beyond the number of places of their address use at most half of the total', () => {
    pending = create({ total: 10 });
    expect(refusalsOf(take(pending, ...many(8, mine)))).toEqual(['pending_total']);
    expect(refusalsOf(take(pending, other, other, other))).toEqual(['pending_total']);
    expect(refusalsOf(take(pending, '192.0.2.3'))).toEqual([]);
    expect(pending.size).toBe(10);
  });

  test('does not bound proxies, but bounds the clients named in their PROXY headers', () => {
    const sockets = socketsOf(take(pending, ...many(25, proxy)));
    const moved = sockets.map((socket) => pending.move(socket, mine));
    expect(moved.filter((refusal) => refusal !== null)).toEqual(Array(5).fill('pending_address'));
    const asked = sockets.slice(0, 4).map((socket) => pending.claim(socket, mine));
    expect(asked).toEqual([true, true, false, false]);
    expect(refusalsOf(take(pending, mine))).toEqual(['pending_address']);
  });

  test('counts a request for the client that a proxy names in a header field', () => {
    const sockets = socketsOf(take(pending, ...many(15, proxy)));
    const asked = claimAll(pending, sockets, mine);
    expect(asked.filter((mayProceed) => mayProceed)).toHaveLength(2);
    expect(claimAll(pending, socketsOf(take(pending, proxy)), other)).toEqual([true]);
    expect(claimAll(pending, socketsOf(take(pending, mine)), mine)).toEqual([false]);
  });

  test('with a bound of 0 the number of sockets is not limited', () => {
    pending = create({ perAddress: 0 });
    const sockets = socketsOf(take(pending, ...many(50, mine)));
    expect(claimAll(pending, sockets, mine)).toEqual(Array(50).fill(true));
  });

  test('forgets addresses without sockets and kept places', () => {
    for (let index = 0; index < 5000; index += 1) {
      for (const socket of socketsOf(take(pending, `198.51.${index >> 8}.${index & 255}`)))
        socket.emit('close');
      nowMs += 1;
    }
    expect(pending.addresses).toBeLessThan(2100);
  });
});
