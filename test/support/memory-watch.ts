import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

const megabyte = 1024 * 1024;
const maxLiveGrowth = 16 * megabyte;
// The system reclaims the pages of collected garbage slowly.
const maxResidentGrowth = 64 * megabyte;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Measures the memory of this process while bytes flow. */
export class MemoryWatch {
  #before = usedMemory();
  #maxLive = 0;
  #maxResident = 0;
  #bytesSinceLook = 0;

  /**
   * `bytesBetweenLooks` limits the number of looks: each needs two garbage collections, some milliseconds.
   */
  constructor(private readonly bytesBetweenLooks = Infinity) {}

  /** `bytes` is the number of bytes that have flowed since the last call. */
  look(bytes: number): void {
    this.#bytesSinceLook += bytes;
    if (this.#bytesSinceLook < this.bytesBetweenLooks) return;
    this.#bytesSinceLook = 0;
    this.#note();
  }

  /** Expects that heap, buffers and resident pages never grew by more than the buffers of sockets. */
  expectFlat(): void {
    this.#note();
    expect(this.#maxLive - this.#before.live).toBeLessThan(maxLiveGrowth);
    expect(this.#maxResident - this.#before.resident).toBeLessThan(maxResidentGrowth);
  }

  /** The growth of heap and buffers in bytes since the start or the last call. */
  takeGrowth(): number {
    const { live, resident } = usedMemory();
    const growth = live - this.#before.live;
    this.#before = { live, resident };
    return growth;
  }

  #note(): void {
    const { live, resident } = usedMemory();
    this.#maxLive = Math.max(this.#maxLive, live);
    this.#maxResident = Math.max(this.#maxResident, resident);
  }
}

/** The memory after a garbage collection: the heap and the buffers outside it, and the resident pages. */
function usedMemory(): { live: number; resident: number } {
  collectGarbage();
  // Buffers that the first collection frees still count until the second.
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, resident: rss };
}
