import type { FrameViolation } from './frame-follower.js';
import type { FrameSender, ReservedBits } from './frame-rules.js';
import type { RelaySocket } from './relay-socket.js';
import type { TrafficLane } from './traffic-lane.js';

/** The events that a direction reports to its tunnel. */
export interface DirectionEvents {
  /** The sender's close frame is complete. */
  onCloseFrame(): void;
  /** The sender has ended. All bytes that it sent have been passed on, or are no longer passed on. */
  onSenderEnd(): void;
  /**
   * The gateway has sent its own close frame to the receiver, or has sent the sender's close frame just
   * before it.
   */
  onCloseSent(): void;
  /**
   * The sender began a frame that the gateway does not pass on. All bytes before that frame have been passed
   * on.
   */
  onViolation(violation: FrameViolation): void;
  /**
   * The sender broke a rule while its bytes were already being discarded, so its close frame can no longer be
   * found.
   */
  onUnreadable(): void;
  /** The sender exceeded its rate, and `onRate` is `close`. */
  onRateExceeded(): void;
}

/** The input of a `Direction`, which relays one way through a tunnel. */
export interface DirectionInput {
  sender: RelaySocket;
  receiver: RelaySocket;
  role: FrameSender;
  reservedBits: ReservedBits;
  /** Shared with other connections of the tenant, the route and the key. */
  lanes: readonly TrafficLane[];
  /** Whether a sender that exceeds its rate is slowed down or its connection is closed. */
  onRate: 'slow' | 'close';
  /** Milliseconds of a monotonic clock. The value may lag by some tens of milliseconds. */
  now: () => number;
  events: DirectionEvents;
}
