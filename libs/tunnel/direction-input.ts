import type { Socket } from 'node:net';
import type { FrameViolation } from './frame-follower.js';
import type { FrameSender, ReservedBits } from './frame-rules.js';
import type { TrafficLane } from './traffic-lane.js';

/** What a direction reports to its tunnel. */
export interface DirectionEvents {
  /** The sender's close frame has come whole. */
  onCloseFrame(): void;
  /** Nothing more comes from the sender, and what had come has been passed on, or is not passed on any more. */
  onSenderEnd(): void;
  /** The receiver has been sent the gateway's own close frame, or the sender's just before it. */
  onCloseSent(): void;
  /** The sender began a frame that is not let through; what came before it has been passed on. */
  onViolation(violation: FrameViolation): void;
  /** The sender broke a rule while its bytes were dropped already, so that its close frame cannot be found any more. */
  onUnreadable(): void;
  /** The sender is over its rate, and is not to be slowed down. */
  onRateExceeded(): void;
}

/** One way through a tunnel, as it begins. */
export interface DirectionInput {
  sender: Socket;
  receiver: Socket;
  role: FrameSender;
  reservedBits: ReservedBits;
  /** Shared with the tenant's other connections. */
  lane: TrafficLane;
  /** Whether a sender over its rate is slowed down, or the connection closed. */
  onRate: 'slow' | 'close';
  /** Milliseconds of a steady clock; may be some tens of milliseconds behind. */
  now: () => number;
  events: DirectionEvents;
}
