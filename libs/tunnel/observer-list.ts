import type { FollowerObserver } from './frame-follower.js';
import type { FrameSender } from './frame-rules.js';
import type { FrameObserver } from './tunnel.js';

/** Reports the frames of one direction to all observers. */
export interface FrameReporter extends FollowerObserver {
  onFrameOmitted(): void;
}

/**
 * The observers of a tunnel. Each observer sees only complete frames: the frames that begin after it was
 * added.
 */
export class ObserverList {
  readonly #observers = new Set<FrameObserver>();

  get isEmpty(): boolean {
    return this.#observers.size === 0;
  }

  /**
   * Adds an observer. The returned function removes the observer, and returns whether it was still present.
   */
  add(observer: FrameObserver): () => boolean {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Creates a reporter, which reports the frames of one direction to all observers. */
  createReporter(from: FrameSender): FrameReporter {
    // The observers that received the start of the current frame; null between frames.
    let watching: FrameObserver[] | null = null;
    return {
      onFrame: (firstByte, payloadLength, mask) => {
        watching = [...this.#observers];
        for (const observer of watching) observer.onFrame(from, firstByte, payloadLength, mask);
      },
      onPayload: (bytes) => {
        for (const observer of watching ?? []) observer.onPayload(from, bytes);
      },
      onFrameEnd: () => {
        for (const observer of watching ?? []) observer.onFrameEnd(from);
        watching = null;
      },
      onFrameOmitted: () => {
        for (const observer of watching ?? [...this.#observers]) observer.onFrameOmitted(from);
        watching = null;
      },
    };
  }
}
