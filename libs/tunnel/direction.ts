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

/**
 * Why the follower stopped before a frame: a frame of the gateway's own goes first; it is a pong to a ping of the gateway's own, or
 * could be one and is not whole; or the rate is used up.
 */
type Stop = 'ownFrame' | 'ownPong' | 'possiblePong' | 'rate';

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
  #stop: Stop | null = null;
  #messagesAllowed = Infinity;
  #messagesBegun = 0;
  // What came and may not pass yet: a header or a pong that is not whole, or what the rate holds back. It goes before what comes next.
  #held: Buffer | null = null;
  #isWaitingForRate = false;
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
    return this.#isWaitingForRate || this.input.receiver.writableNeedDrain;
  }

  /** Whether bytes wait until the rate lets them pass. */
  get isWaitingForRate(): boolean {
    return this.#isWaitingForRate;
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
    this.#passHeld();
    this.input.sender.resume();
  }

  /** To be called when nothing comes any more: gives its place in the line back. */
  end(): void {
    this.#held = null;
    this.#isWaitingForRate = false;
    this.input.lane.leave(this);
  }

  onAllowance(): void {
    if (this.input.receiver.writableNeedDrain) this.input.lane.wait(this);
    else this.#passHeld();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    this.input.lane.bytes += chunk.length;
    if (this.#held) this.#passAndCount(Buffer.concat([this.#held, chunk]), false);
    else this.#passAndCount(chunk, this.#isLent);
  };

  #passAndCount(bytes: Buffer, areLent: boolean): void {
    const { follower, input } = this;
    const messagesBefore = follower.messages;
    this.#pass(bytes, areLent);
    input.lane.messages += follower.messages - messagesBefore;
    if (follower.hasClosed && !this.#hasToldClose) {
      this.#hasToldClose = true;
      input.events.onCloseFrame();
    }
    // Only data can break a rule after a close frame (RFC 6455 §5.5.1), and the close frame came first.
    if (follower.violation && this.#isRelaying) input.events.onViolation(follower.violation);
  }

  #pass(bytes: Buffer, areLent: boolean): void {
    this.#held = null;
    let offset = 0;
    while (offset < bytes.length && this.#isRelaying) {
      offset += this.#passSome(offset === 0 ? bytes : bytes.subarray(offset), areLent);
      this.#writeOwnFrames();
      if (this.#stop === 'ownPong') offset += this.#takeOutPong();
      else if (this.#stop !== 'ownFrame') break;
    }
    if (!this.#isRelaying) offset += this.follower.push(bytes.subarray(offset));
    if (offset === bytes.length || this.follower.violation) return;
    this.#hold(bytes.subarray(offset), areLent);
    if (this.#isRelaying && this.#stop === 'rate') this.#waitForRate();
  }

  /** Passes on what may pass at once, in one write, and notes why it stopped; answers with how many bytes that is. */
  #passSome(bytes: Buffer, areLent: boolean): number {
    const { follower } = this;
    const { lane } = this.input;
    const isLimited = lane.isLimited && !this.#pendingClose;
    const allowedBytes = isLimited ? lane.allowedBytes() : Infinity;
    this.#messagesAllowed = isLimited ? lane.allowedMessages() : Infinity;
    this.#messagesBegun = 0;
    this.#stop = null;
    const mayStop = isLimited || this.#pendingClose || this.#pendingPing || this.pings.isAwaited;
    follower.gate = mayStop ? this.#gate : null;

    const passed = follower.push(bytes, Math.min(allowedBytes, bytes.length));
    if (isLimited) lane.take(this.#messagesBegun, passed);
    if (passed >= allowedBytes && passed < bytes.length) this.#stop = 'rate';
    this.#write(passed === bytes.length ? bytes : bytes.subarray(0, passed), areLent);
    return passed;
  }

  readonly #gate = (bytes: Uint8Array, offset: number): boolean => {
    this.#stop = this.#whyStopBefore(bytes, offset);
    return this.#stop === null;
  };

  #whyStopBefore(bytes: Uint8Array, offset: number): Stop | null {
    if (this.#pendingClose || this.#pendingPing) return 'ownFrame';
    const verdict = this.pings.takePong(bytes, offset);
    if (verdict !== 'other') return verdict === 'own' ? 'ownPong' : 'possiblePong';
    if (!isMessageStart(bytes[offset] ?? 0)) return null;
    if (this.#messagesBegun >= this.#messagesAllowed) return 'rate';
    this.#messagesBegun += 1;
    return null;
  }

  /** Counts a pong that is not passed on; answers with how many bytes it has. */
  #takeOutPong(): number {
    this.follower.frames += 1;
    this.follower.controlFrames += 1;
    return this.pings.pongBytes;
  }

  // A copy where the bytes are lent, and where few of them would keep the memory of many.
  #hold(bytes: Buffer, areLent: boolean): void {
    const isMostOfItsMemory = 2 * bytes.length > bytes.buffer.byteLength;
    this.#held = isMostOfItsMemory && !areLent ? bytes : copyOf(bytes);
  }

  #waitForRate(): void {
    this.#isWaitingForRate = true;
    this.input.sender.pause();
    this.input.lane.wait(this);
    if (this.input.onRate === 'close') this.input.events.onRateExceeded();
  }

  #passHeld(): void {
    const held = this.#held;
    if (!held) return;
    this.#isWaitingForRate = false;
    this.input.lane.leave(this);
    this.#passAndCount(held, false);
    this.#readOn();
  }

  #readOn(): void {
    if (!this.isHeldUp) this.input.sender.resume();
  }

  #write(bytes: Buffer, areLent: boolean): void {
    const { sender, receiver, now } = this.input;
    if (bytes.length === 0) return;
    this.lastActivityAtMs = now();
    if (!receiver.writable) this.discard();
    else if (!(areLent ? writeCopy(receiver, bytes) : receiver.write(bytes))) sender.pause();
  }

  #writeOwnFrames(): void {
    const { follower } = this;
    const { receiver } = this.input;
    if ((!this.#pendingPing && !this.#pendingClose) || !follower.isAtBoundary) return;
    if (!receiver.writable) {
      this.discard();
      return;
    }
    if (this.#pendingPing && !follower.hasClosed) receiver.write(this.#pendingPing.next());
    this.#pendingPing = null;
    if (!this.#pendingClose) return;
    if (!follower.hasClosed) receiver.write(this.#pendingClose);
    this.discard();
  }
}

// In memory of its own: of Node's pool, a few bytes would keep 8 KiB.
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
