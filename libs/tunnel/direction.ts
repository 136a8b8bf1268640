import type { Socket } from 'node:net';
import { FrameFollower, type FrameViolation } from './frame-follower.js';
import { FrameRules, isMessageStart, type FrameSender, type ReservedBits } from './frame-rules.js';
import { closeFrame } from './own-frames.js';
import { writeCopy } from './outgoing-copies.js';
import { OwnPings } from './own-pings.js';
import type { LaneWaiter, TrafficLane } from './traffic-lane.js';

/** What a direction tells its tunnel. */
export interface DirectionEvents {
  /** The sender's close frame has come whole. */
  onCloseFrame(): void;
  /** The sender's FIN has come. */
  onSenderEnd(): void;
  /** The sender began a frame that is not let through; what came before it has been passed on. */
  onViolation(violation: FrameViolation): void;
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

/** Why bytes are not passed on yet: the gateway's own frame goes first, it may be its own pong, or the rate is used up. */
type Stop = 'ownFrame' | 'pong' | 'rate';

/**
 * One way through a tunnel: what the sender writes goes to the receiver, unchanged and in order. While the receiver
 * does not keep up, or the sender is over its rate, the sender is not read.
 */
export class Direction implements LaneWaiter {
  readonly follower: FrameFollower;
  /** The gateway's pings to the sender; their pongs come this way, and end here. */
  readonly pings: OwnPings;
  /** Bytes that came from the sender, frame headers included. */
  bytes = 0;
  /**
   * When something was last passed on, by the clock of the input; null: never. The pongs to the gateway's own pings are not
   * passed on, and so are no activity.
   */
  lastActivityAtMs: number | null = null;

  #isRelaying = true;
  #pendingClose: Buffer | null = null;
  #pendingPing: OwnPings | null = null;
  #hasToldClose = false;
  #isPongBegun = false;
  #stop: Stop | null = null;
  #messagesAllowed = Infinity;
  #messagesBegun = 0;
  // What the rate does not let pass yet.
  #held: Buffer | null = null;
  // What an upstream sends is good until its `data` listener returns.
  readonly #isLent: boolean;

  constructor(readonly input: DirectionInput) {
    this.follower = new FrameFollower(new FrameRules(input.role, input.reservedBits));
    this.pings = new OwnPings(input.role);
    this.#isLent = input.role === 'upstream';
  }

  /** Starts to relay; `head` is what had come before. */
  start(head: Buffer): void {
    const { sender, receiver, events } = this.input;
    if (head.length > 0) this.#onData(head);
    receiver.on('drain', () => this.#readOn());
    sender.on('data', this.#onData);
    sender.on('end', () => events.onSenderEnd());
    this.#readOn();
  }

  /** Whether the sender is not read at the moment, so that its silence says nothing. */
  get isHeldUp(): boolean {
    return this.#held !== null || this.input.receiver.writableNeedDrain;
  }

  /** Whether bytes wait until the rate lets them pass. */
  get isWaitingForRate(): boolean {
    return this.#held !== null;
  }

  /** Whether a close frame of the gateway's own still waits for the end of a frame. */
  get isCloseBlocked(): boolean {
    return this.#pendingClose !== null;
  }

  /**
   * Sends the receiver a close frame at the next frame boundary; nothing of the sender follows it. False when the
   * receiver has had a close frame already, or takes nothing any more.
   */
  injectClose(code: number, reason: string): boolean {
    if (!this.#isRelaying || this.#pendingClose) return false;
    if (this.follower.hasClosed || !this.input.receiver.writable) {
      this.discard();
      return false;
    }
    this.#pendingClose = closeFrame(code, reason, this.input.role === 'client' ? 'upstream' : 'client');
    this.#pendingPing = null;
    this.#writeOwnFrames();
    this.#passHeld();
    return true;
  }

  /** Pings the receiver at the next frame boundary, unless it has had a close frame, or takes nothing any more. */
  injectPing(pings: OwnPings): void {
    if (!this.#isRelaying || this.#pendingClose || this.follower.isOver) return;
    this.#pendingPing = pings;
    this.#writeOwnFrames();
  }

  /** Reads on, so that a close frame and the FIN are seen, but passes nothing on any more. */
  discard(): void {
    this.#isRelaying = false;
    this.#pendingClose = null;
    this.#pendingPing = null;
    this.follower.gate = null;
    if (this.#isPongBegun) this.follower.push(this.#endPong());
    this.#passHeld();
    this.input.sender.resume();
  }

  /** To be called when nothing comes any more: gives its place in the line back. */
  end(): void {
    this.#held = null;
    this.input.lane.leave(this);
  }

  onAllowance(): void {
    if (this.input.receiver.writableNeedDrain) this.input.lane.wait(this);
    else this.#passHeld();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    this.input.lane.bytes += chunk.length;
    this.#passAndCount(chunk);
  };

  #passAndCount(chunk: Buffer): void {
    const { follower, input } = this;
    const messagesBefore = follower.messages;
    this.#pass(chunk);
    input.lane.messages += follower.messages - messagesBefore;
    if (follower.hasClosed && !this.#hasToldClose) {
      this.#hasToldClose = true;
      input.events.onCloseFrame();
    }
    // Only data can break a rule after a close frame (RFC 6455 §5.5.1), and the close frame came first.
    if (follower.violation && this.#isRelaying) input.events.onViolation(follower.violation);
  }

  #pass(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && this.#isRelaying) {
      const passed = this.#isPongBegun ? this.#passPong(rest) : this.#passSome(rest);
      this.#writeOwnFrames();
      if (passed === rest.length) return;
      if (this.follower.violation) return;
      rest = rest.subarray(passed);
      if (this.#stop === 'pong') this.#isPongBegun = true;
      if (this.#stop === 'rate') {
        this.#hold(rest);
        return;
      }
    }
    if (rest.length > 0) this.follower.push(rest);
  }

  /** Passes on what may pass at once, and notes why it stopped; answers with how many bytes that is. */
  #passSome(chunk: Buffer): number {
    const { follower } = this;
    const { lane } = this.input;
    const isLimited = lane.isLimited && !this.#pendingClose;
    const allowedBytes = isLimited ? lane.allowedBytes() : Infinity;
    this.#messagesAllowed = isLimited ? lane.allowedMessages() : Infinity;
    this.#messagesBegun = 0;
    this.#stop = null;
    const mayStop = isLimited || this.#pendingClose || this.#pendingPing || this.pings.isAwaited;
    follower.gate = mayStop ? this.#gate : null;

    const part = allowedBytes < chunk.length ? chunk.subarray(0, allowedBytes) : chunk;
    const passed = follower.push(part);
    if (isLimited) lane.take(this.#messagesBegun, passed);
    if (passed === part.length && part !== chunk) this.#stop = 'rate';
    this.#write(passed === chunk.length ? chunk : chunk.subarray(0, passed));
    return passed;
  }

  readonly #gate = (firstByte: number): boolean => {
    this.#stop = this.#whyStopBefore(firstByte);
    return this.#stop === null;
  };

  #whyStopBefore(firstByte: number): Stop | null {
    if (this.#pendingClose || this.#pendingPing) return 'ownFrame';
    if (this.pings.mayBegin(firstByte)) return 'pong';
    if (!isMessageStart(firstByte)) return null;
    if (this.#messagesBegun >= this.#messagesAllowed) return 'rate';
    this.#messagesBegun += 1;
    return null;
  }

  /** Looks at a frame that may be a pong to the gateway's own ping, which is not passed on. */
  #passPong(chunk: Buffer): number {
    this.#stop = null;
    for (let index = 0; index < chunk.length; index += 1) {
      const verdict = this.pings.feed(chunk[index] ?? 0);
      if (verdict === 'undecided') continue;
      const fed = this.#endPong();
      if (verdict === 'other') this.#passUngated(fed);
      else this.#countPong();
      return index + 1;
    }
    return chunk.length;
  }

  #endPong(): Buffer {
    const { fed } = this.pings;
    this.pings.forget();
    this.#isPongBegun = false;
    return fed;
  }

  #passUngated(bytes: Buffer): void {
    this.follower.gate = null;
    this.#write(bytes.subarray(0, this.follower.push(bytes)));
  }

  #countPong(): void {
    this.follower.frames += 1;
    this.follower.controlFrames += 1;
  }

  #hold(rest: Buffer): void {
    this.#held = this.#isLent ? Buffer.from(rest) : rest;
    this.input.sender.pause();
    this.input.lane.wait(this);
    if (this.input.onRate === 'close') this.input.events.onRateExceeded();
  }

  #passHeld(): void {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    this.input.lane.leave(this);
    this.#passAndCount(held);
    this.#readOn();
  }

  #readOn(): void {
    if (!this.isHeldUp) this.input.sender.resume();
  }

  #write(bytes: Buffer): void {
    const { sender, receiver, now } = this.input;
    if (bytes.length === 0) return;
    this.lastActivityAtMs = now();
    if (!receiver.writable) this.discard();
    else if (!(this.#isLent ? writeCopy(receiver, bytes) : receiver.write(bytes))) sender.pause();
  }

  #writeOwnFrames(): void {
    const { follower } = this;
    const { receiver } = this.input;
    if (!follower.isAtBoundary || !receiver.writable) return;
    if (this.#pendingPing && !follower.hasClosed) receiver.write(this.#pendingPing.next());
    this.#pendingPing = null;
    if (!this.#pendingClose) return;
    if (!follower.hasClosed) receiver.write(this.#pendingClose);
    this.discard();
  }
}
