import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';

const megabyte = 1024 * 1024;
const maxLiveGrowth = 16 * megabyte;
// The system is slow to take back the pages of what was garbage.
const maxResidentGrowth = 64 * megabyte;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Looks at the memory of this process while bytes flow. */
export class MemoryWatch {
  #before = usedMemory();
  #maxLive = 0;
  #maxResident = 0;
  #bytesSinceLook = 0;

  /** `bytesBetweenLooks`: each look is two garbage collections, some milliseconds. */
  constructor(private readonly bytesBetweenLooks = Infinity) {}

  /** To be called with how many bytes have flowed since the last call. */
  look(bytes: number): void {
    this.#bytesSinceLook += bytes;
    if (this.#bytesSinceLook < this.bytesBetweenLooks) return;
    this.#bytesSinceLook = 0;
    this.#note();
  }

  /** That heap, buffers and resident pages never grew by more than what sockets hold on the way. */
  expectFlat(): void {
    this.#note();
    expect(this.#maxLive - this.#before.live).toBeLessThan(maxLiveGrowth);
    expect(this.#maxResident - this.#before.resident).toBeLessThan(maxResidentGrowth);
  }

  /** By how many bytes heap and buffers have grown since the beginning, or since the last call. */
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

/** What is left after a garbage collection: the heap and the buffers outside it, and the pages that the process has. */
function usedMemory(): { live: number; resident: number } {
  collectGarbage();
  // Buffers that the first one found to be garbage are counted until the second one.
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, resident: rss };
}
