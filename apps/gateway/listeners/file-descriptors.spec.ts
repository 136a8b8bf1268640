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
  test('has room while there are descriptors for one more client and for the upstreams of all pending clients', () => {
    // The first 31 descriptors are other files. Each client needs a second descriptor.
    expect(hasRoom(483, 0, 514)).toBe(true);
    expect(hasRoom(485, 0, 516)).toBe(false);
  });

  test('counts the other open files of the process', () => {
    expect(hasRoom(300, 300, 799)).toBe(true);
    expect(hasRoom(300, 300, 1000)).toBe(false);
  });

  test('counts both ends of a connection to an upstream in the same process', () => {
    expect(hasRoom(321, 0, 352, 1064, 3)).toBe(true);
    expect(hasRoom(323, 0, 354, 1064, 3)).toBe(false);
  });

  test('handles a low descriptor that was released, and a process without free descriptors', () => {
    expect(hasRoom(499, 499, 20)).toBe(true);
    expect(hasRoom(500, 500, 20)).toBe(false);
    expect(hasRoom(300, 300, null)).toBe(false);
  });

  test('does not check while the limit is far away or absent', () => {
    const limits = [1_000_000, Infinity];
    for (const limit of limits) expect(hasRoom(1000, 0, null, limit)).toBe(true);
  });

  test('reads the limit of this process', () => {
    expect(openFilesLimit()).toBeGreaterThan(64);
  });
});
