import type { FollowerObserver } from './frame-follower.js';
import type { FrameSender } from './frame-rules.js';
import type { FrameObserver } from './tunnel.js';

/** Those who observe a tunnel. Each sees whole frames only: those that begin after it came. */
export class ObserverList {
  readonly #observers = new Set<FrameObserver>();

  get isEmpty(): boolean {
    return this.#observers.size === 0;
  }

  /** The answer takes the observer out again; safe to call twice. */
  add(observer: FrameObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  /** What the follower of one direction tells, for all observers. */
  followerObserver(from: FrameSender): FollowerObserver {
    let watching: FrameObserver[] = [];
    return {
      onFrame: (firstByte, payloadLength, mask) => {
        watching = [...this.#observers];
        for (const observer of watching) observer.onFrame(from, firstByte, payloadLength, mask);
      },
      onPayload: (bytes) => {
        for (const observer of watching) observer.onPayload(from, bytes);
      },
      onFrameEnd: () => {
        for (const observer of watching) observer.onFrameEnd(from);
      },
    };
  }
}
