import { describe, expect, test } from 'vitest';
import { FileDescriptors, openFilesLimit } from './file-descriptors.js';

function hasRoom(
  clients: number,
  joined: number,
  lowestFree: number | null,
  limit = 1064,
  perConnection = 2,
): boolean {
  const use = { clients: () => clients, joined: () => joined, lowestFree: () => lowestFree };
  return new FileDescriptors({ limit, perConnection, ...use }).hasRoom();
}

describe('FileDescriptors', () => {
  test('has room while a client, and the upstreams of all clients that are not joined, find a descriptor', () => {
    // 30 are open beside 499 clients, each of which will need another one.
    expect(hasRoom(483, 0, 514)).toBe(true);
    expect(hasRoom(485, 0, 516)).toBe(false);
  });

  test('counts what else the process has open', () => {
    expect(hasRoom(300, 300, 799)).toBe(true);
    expect(hasRoom(300, 300, 1000)).toBe(false);
  });

  test('counts the other end of an upstream that is in the same process', () => {
    expect(hasRoom(321, 0, 352, 1064, 3)).toBe(true);
    expect(hasRoom(323, 0, 354, 1064, 3)).toBe(false);
  });

  test('is not misled by a low descriptor that was given back, nor by having none', () => {
    expect(hasRoom(499, 499, 20)).toBe(true);
    expect(hasRoom(500, 500, 20)).toBe(false);
    expect(hasRoom(300, 300, null)).toBe(false);
  });

  test('does not look while the limit is far away, or there is none', () => {
    const limits = [1_000_000, Infinity];
    for (const limit of limits) expect(hasRoom(1000, 0, null, limit)).toBe(true);
  });

  test('reads the limit of this process', () => {
    expect(openFilesLimit()).toBeGreaterThan(64);
  });
});
