import assert from 'node:assert/strict';
import type { FrameFollower } from '../../libs/tunnel/frame-follower.js';

const maxHeaderBytes = 14;
const none = Buffer.alloc(0);

/**
 * Feeds chunks to a follower like a tunnel does, each preceded by the bytes that the follower has held back.
 */
export class Following {
  /** The number of forwarded bytes. */
  passed = 0;
  #held: Buffer = none;
  #turn = 0;

  /** `limits`: the numbers of bytes that the follower may let pass at a time, used in turn. */
  constructor(
    private readonly follower: FrameFollower,
    private readonly limits: readonly number[] = [],
  ) {}

  /** Whether the bytes so far end with a complete frame. */
  get isAtBoundary(): boolean {
    return this.#held.length === 0 && this.follower.isAtBoundary;
  }

  push(chunk: Uint8Array): void {
    if (this.follower.violation) return;
    let rest = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : Buffer.from(chunk);
    for (let passed = -1; passed !== 0;) {
      passed = this.#pushWithin(rest);
      this.passed += passed;
      rest = rest.subarray(passed);
    }
    this.#held = rest;
  }

  #pushWithin(bytes: Buffer): number {
    const limit = this.limits[this.#turn % this.limits.length] ?? bytes.length;
    this.#turn += 1;
    const passed = this.follower.push(bytes, Math.min(limit, bytes.length));
    assert.ok(passed < limit + maxHeaderBytes, `${passed} bytes passed, although only ${limit} may pass`);
    return passed;
  }
}

/** The number of bytes of all chunks that pass. */
export function passAll(
  follower: FrameFollower,
  chunks: readonly Uint8Array[],
  limits: readonly number[] = [],
): number {
  const following = new Following(follower, limits);
  for (const chunk of chunks) following.push(chunk);
  return following.passed;
}
