import type { FollowerObserver } from './frame-follower.js';
import type { FrameSender } from './frame-rules.js';
import type { FrameObserver } from './tunnel.js';

/** What reports the frames of one direction to all who observe it. */
export interface FrameReporter extends FollowerObserver {
  onFrameOmitted(): void;
}

/** Those who observe a tunnel. Each sees whole frames only: those that begin after it came. */
export class ObserverList {
  readonly #observers = new Set<FrameObserver>();

  get isEmpty(): boolean {
    return this.#observers.size === 0;
  }

  /** The answer takes the observer out again, and returns whether it was still there. */
  add(observer: FrameObserver): () => boolean {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** Reports the frames of one direction to all observers. */
  createReporter(from: FrameSender): FrameReporter {
    // Those who saw the current frame begin; null between frames.
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
