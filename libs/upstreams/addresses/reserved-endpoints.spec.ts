import { networkInterfaces } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { reserveServer } from './reserve-server.js';
import { ReservedEndpoints } from './reserved-endpoints.js';

const everything = { isAllowed: () => true };
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .filter(({ internal, scopeid }) => !internal && !scopeid)
  .map(({ address }) => address);

function listener(address: string, port = 8080): ReservedEndpoints {
  const reserved = new ReservedEndpoints();
  reserved.addListener(address, port);
  return reserved;
}

describe('a listener of this gateway cannot be an upstream', () => {
  test.each([
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0.0.0.0',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('one on 127.0.0.1, dialed as %s', (address) => {
    const policy = listener('127.0.0.1').guard(everything);
    expect(policy.isAllowed(address, 8080)).toBe(false);
    expect(policy.isAllowed(address, 8081)).toBe(true);
  });

  test.each(['::1', '::', '0:0:0:0:0:0:0:1'])('one on ::1, dialed as %s', (address) => {
    expect(listener('::1').has(address, 8080)).toBe(true);
  });

  test.each([
    '127.0.0.1',
    '127.0.0.2',
    '127.255.255.254',
    '::1',
    '0.0.0.0',
    '::',
    '::ffff:127.0.0.2',
    ...outside,
  ])('one on every address, dialed as %s', (address) => {
    expect(listener('0.0.0.0').has(address, 8080)).toBe(true);
    expect(listener('::').has(address, 8080)).toBe(true);
  });

  test.each(['192.0.2.1', '2001:db8::1', '128.0.0.1'])(
    '%s on the same port belongs to another machine',
    (address) => {
      expect(listener('0.0.0.0').has(address, 8080)).toBe(false);
    },
  );

  test('one on 127.0.0.1 leaves the same port of 127.0.0.2 alone', () => {
    expect(listener('127.0.0.1').has('127.0.0.2', 8080)).toBe(false);
  });
});

test('reserving takes nothing that the policy refuses', () => {
  const policy = new ReservedEndpoints().guard({ isAllowed: (address) => address !== '10.0.0.1' });
  expect(policy.isAllowed('10.0.0.1', 80)).toBe(false);
  expect(policy.isAllowed('10.0.0.2', 80)).toBe(true);
});

describe('a server that the gateway depends on cannot be an upstream', () => {
  test('where it is on this machine, on every address of it', () => {
    const reserved = new ReservedEndpoints();
    reserveServer(reserved, { host: '127.0.0.1', port: 6379 });
    expect(reserved.has('127.0.0.2', 6379)).toBe(true);
    expect(reserved.has('::1', 6379)).toBe(true);
    expect(reserved.has('127.0.0.1', 6380)).toBe(false);
  });

  test('where its name leads, and where it leads after it moved', async () => {
    vi.useFakeTimers();
    const reserved = new ReservedEndpoints();
    let addresses: string[] | null = ['10.0.0.1', 'fd00::1'];
    const lookup = (): Promise<{ address: string }[]> =>
      addresses
        ? Promise.resolve(addresses.map((address) => ({ address })))
        : Promise.reject(new Error('no answer'));
    const release = reserveServer(reserved, { host: 'redis.test', port: 6379, everyMs: 1000, lookup });
    await vi.advanceTimersByTimeAsync(0);
    expect(reserved.has('10.0.0.1', 6379)).toBe(true);
    expect(reserved.has('fd00:0::1', 6379)).toBe(true);
    addresses = ['10.0.0.2'];
    await vi.advanceTimersByTimeAsync(1000);
    expect(reserved.has('10.0.0.2', 6379)).toBe(true);
    expect(reserved.has('10.0.0.1', 6379)).toBe(false);
    addresses = null;
    await vi.advanceTimersByTimeAsync(1000);
    expect(reserved.has('10.0.0.2', 6379)).toBe(true);
    release();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
