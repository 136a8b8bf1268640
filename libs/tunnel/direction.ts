import { Allowance } from './allowance.js';
import type { DirectionInput } from './direction-input.js';
import { FrameFollower } from './frame-follower.js';
import { FrameRules, isMessageStart } from './frame-rules.js';
import { HeldBytes } from './held-bytes.js';
import { closeFrame } from './own-frames.js';
import { OwnPings } from './own-pings.js';
import { PendingFrames } from './pending-frames.js';
import { ReceivingSocket } from './receiving-socket.js';
import type { LaneWaiter } from './traffic-lane.js';
import type { TunnelCounters } from './tunnel.js';

/** How many frames there were. */
export type FrameCounts = Pick<TunnelCounters, 'messages' | 'frames' | 'controlFrames'>;

/**
 * Why the follower stopped before a frame: a frame of the gateway's own goes first; it is a pong to a ping of the gateway's own, or
 * could be one and is not whole; or the rate is used up.
 */
type Stop = 'ownFrame' | 'ownPong' | 'possiblePong' | 'rate';

/**
 * One way through a tunnel: what the sender writes goes to the receiver, unchanged and in order. While the receiver is behind, or the
 * sender is over its rate, the sender is not read. So a direction holds the bytes of one read for each of the
 * two, whatever the chunking.
 */
export class Direction implements LaneWaiter {
  readonly follower: FrameFollower;
  /** The gateway's pings to the sender; their pongs come this way, and end here. */
  readonly pings: OwnPings;
  readonly receiver: ReceivingSocket;
  /** Bytes that came from the sender, whatever became of them. */
  bytesReceived = 0;
  /** Bytes that were passed on, and those of the pongs to the gateway's own pings; frame headers included. */
  bytes = 0;
  /**
   * When something was last passed on, by the clock of the input; null: never. The pongs to the gateway's own pings are not
   * passed on, and so are no activity.
   */
  lastActivityAtMs: number | null = null;

  #isRelaying = true;
  readonly #pending: PendingFrames;
  // What the follower had counted when the direction began to discard; null before.
  #countsAtDiscard: FrameCounts | null = null;
  #hasSenderEnded = false;
  #hasReportedSenderEnd = false;
  #hasReportedClose = false;
  #messagesInLane = 0;
  #bytesInLane = 0;
  #stop: Stop | null = null;
  readonly #allowance: Allowance;
  readonly #held = new HeldBytes();
  #isWaitingForRate = false;
  // What an upstream sends is good until its `data` listener returns.
  readonly #isLent: boolean;

  constructor(readonly input: DirectionInput) {
    this.follower = new FrameFollower(new FrameRules(input.role, input.reservedBits));
    this.pings = new OwnPings(input.role);
    this.receiver = new ReceivingSocket(input.receiver, {
      onBehind: () => input.sender.pause(),
      onReady: () => this.#onReceiverReady(),
    });
    this.#pending = new PendingFrames(this.receiver);
    this.#allowance = new Allowance(input.lane);
    this.#isLent = input.role === 'upstream';
  }

  /** Starts to relay; `head` is what had come before. */
  start(head: Buffer): void {
    const { sender } = this.input;
    if (head.length > 0) this.#onData(head);
    sender.on('data', this.#onData);
    sender.on('end', () => this.endSender());
    if (sender.readableEnded) queueMicrotask(() => this.endSender());
    this.#readOn();
  }

  /** Whether the sender is not read at the moment, so that its silence says nothing. */
  get isHeldUp(): boolean {
    return this.#isWaitingForRate || this.receiver.isBehind;
  }

  /** Whether bytes wait until the rate lets them pass. */
  get isWaitingForRate(): boolean {
    return this.#isWaitingForRate;
  }

  /** Whether the receiver may still be sent something this way. */
  get isOpen(): boolean {
    return this.#isRelaying;
  }

  /** Whether nothing more is to be expected of the sender: it has closed, broken a rule or ended. */
  get isSenderDone(): boolean {
    return this.follower.isOver || this.#hasReportedSenderEnd;
  }

  /** Frames that were passed on, and the pongs to the gateway's own pings. */
  get counts(): FrameCounts {
    return this.#countsAtDiscard ?? this.follower;
  }

  /**
   * Sends the receiver a close frame at the next frame boundary; nothing of the sender follows it. False when the
   * receiver has had a close frame already, or takes nothing any more.
   */
  injectClose(code: number, reason: string): boolean {
    if (!this.deferClose(code, reason)) return false;
    this.sendDeferredClose();
    return true;
  }

  /**
   * As `injectClose`, but the close frame waits until the sender closes, and takes the place of the sender's close frame; or until it
   * is sent by `sendDeferredClose`.
   */
  deferClose(code: number, reason: string): boolean {
    if (!this.#isRelaying || this.#pending.hasClose) return false;
    if (this.follower.hasClosed || !this.receiver.isWritable) {
      this.discard();
      return false;
    }
    const receiverRole = this.input.role === 'client' ? 'upstream' : 'client';
    this.#pending.addDeferredClose(closeFrame(code, reason, receiverRole));
    return true;
  }

  /** Sends a close frame that was deferred at the next frame boundary; false when there is none. */
  sendDeferredClose(): boolean {
    if (!this.#pending.makeCloseDue()) return false;
    this.#writeOwnFrames();
    this.#passHeld();
    return true;
  }

  /** To be called when the sender is lost; its FIN does the same. What waits for the rate passes first. */
  endSender(): void {
    this.#hasSenderEnded = true;
    this.#reportSenderEnd();
  }

  /** Stops waiting: for the sender to close, and for the rate if the sender has ended. False when nothing was waited for. */
  stopWaiting(): boolean {
    const wasHeld = this.#hasSenderEnded && this.#isWaitingForRate;
    if (wasHeld) {
      this.end();
      this.#reportSenderEnd();
    }
    return this.sendDeferredClose() || wasHeld;
  }

  /** Pings the receiver at the next frame boundary at which it is not behind, unless it has had a close frame. */
  injectPing(pings: OwnPings): void {
    if (!this.#isRelaying || this.#pending.hasClose || this.follower.isOver) return;
    this.#pending.addPing(pings);
    this.#writeOwnFrames();
  }

  /** Reads on, so that a close frame and the FIN are seen, but passes nothing on any more. */
  discard(): void {
    const { messages, frames, controlFrames } = this.counts;
    this.#countsAtDiscard = { messages, frames, controlFrames };
    this.#isRelaying = false;
    this.#pending.clear();
    this.follower.gate = null;
    this.#passHeld();
    this.input.sender.resume();
  }

  /** To be called when nothing comes any more: gives its place in the line back. */
  end(): void {
    this.#held.take();
    this.#isWaitingForRate = false;
    this.input.lane.leave(this);
  }

  onAllowance(): void {
    if (this.receiver.isBehind) this.input.lane.wait(this);
    else this.#passHeld();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytesReceived += chunk.length;
    const held = this.#held.take();
    if (held) this.#passAndCount(Buffer.concat([held, chunk]), false);
    else this.#passAndCount(chunk, this.#isLent);
  };

  #passAndCount(bytes: Buffer, areLent: boolean): void {
    const { follower, input } = this;
    this.#pass(bytes, areLent);
    this.#countInLane();
    if (follower.hasClosed && !this.#hasReportedClose) {
      this.#hasReportedClose = true;
      // The sender's close frame may have begun before that of the gateway was deferred: it stands in its place.
      this.sendDeferredClose();
      input.events.onCloseFrame();
    }
    // Only data can break a rule after a close frame (RFC 6455 §5.5.1), and the close frame came first.
    if (!follower.violation) return;
    if (this.#isRelaying) input.events.onViolation(follower.violation);
    else input.events.onUnreadable();
  }

  // Passing bytes may end in a nested call, which passes the rest of a frame before a close: each byte counts once.
  #countInLane(): void {
    const { lane } = this.input;
    const { messages } = this.counts;
    lane.count(messages - this.#messagesInLane, this.bytes - this.#bytesInLane);
    this.#messagesInLane = messages;
    this.#bytesInLane = this.bytes;
  }

  #pass(bytes: Buffer, areLent: boolean): void {
    let offset = 0;
    while (offset < bytes.length && this.#isRelaying) {
      offset += this.#passSome(offset === 0 ? bytes : bytes.subarray(offset), areLent);
      this.#writeOwnFrames();
      if (this.#stop === 'ownPong') offset += this.#takeOutPong();
      else if (this.#stop !== 'ownFrame') break;
    }
    if (!this.#isRelaying) offset += this.follower.push(bytes.subarray(offset));
    if (offset === bytes.length || this.follower.violation) return;
    this.#held.keep(bytes.subarray(offset), areLent);
    if (this.#isRelaying && this.#stop === 'rate') this.#waitForRate();
  }

  /** Passes on what may pass at once, in one write, and notes why it stopped; answers with how many bytes that is. */
  #passSome(bytes: Buffer, areLent: boolean): number {
    const { follower } = this;
    // The frame before a close frame of the gateway's own is not held up by the rate.
    const allowedBytes = this.#allowance.begin(this.#pending.isCloseDue);
    this.#stop = null;
    const mayStop = this.#allowance.isLimited || !this.#pending.isEmpty || this.pings.isAwaited;
    follower.gate = mayStop ? this.#gate : null;

    const passed = follower.push(bytes, Math.min(allowedBytes, bytes.length));
    this.#allowance.settle(passed);
    if (passed >= allowedBytes && passed < bytes.length) this.#stop = 'rate';
    this.#write(passed === bytes.length ? bytes : bytes.subarray(0, passed), areLent);
    return passed;
  }

  readonly #gate = (bytes: Uint8Array, offset: number): boolean => {
    this.#stop = this.#whyStopBefore(bytes, offset);
    return this.#stop === null;
  };

  #whyStopBefore(bytes: Uint8Array, offset: number): Stop | null {
    const firstByte = bytes[offset] ?? 0;
    if (this.#pending.goBefore(firstByte)) return 'ownFrame';
    const verdict = this.pings.takePong(bytes, offset);
    if (verdict !== 'other') return verdict === 'own' ? 'ownPong' : 'possiblePong';
    if (!isMessageStart(firstByte)) return null;
    return this.#allowance.takeMessage() ? null : 'rate';
  }

  /** Counts a pong that is not passed on; answers with how many bytes it has. */
  #takeOutPong(): number {
    this.follower.frames += 1;
    this.follower.controlFrames += 1;
    this.bytes += this.pings.pongBytes;
    return this.pings.pongBytes;
  }

  #waitForRate(): void {
    this.#isWaitingForRate = true;
    this.input.sender.pause();
    this.input.lane.wait(this);
    if (this.input.onRate === 'close') this.input.events.onRateExceeded();
  }

  #passHeld(): void {
    const held = this.#held.take();
    if (!held) return;
    this.#isWaitingForRate = false;
    this.input.lane.leave(this);
    this.#passAndCount(held, false);
    this.#readOn();
    this.#reportSenderEnd();
  }

  #reportSenderEnd(): void {
    if (!this.#hasSenderEnded || this.#hasReportedSenderEnd || this.#isWaitingForRate) return;
    this.#hasReportedSenderEnd = true;
    this.input.events.onSenderEnd();
  }

  #readOn(): void {
    if (!this.isHeldUp) this.input.sender.resume();
  }

  #write(bytes: Buffer, areLent: boolean): void {
    if (bytes.length === 0) return;
    if (!this.receiver.isWritable) {
      this.discard();
      return;
    }
    this.bytes += bytes.length;
    this.lastActivityAtMs = this.input.now();
    this.receiver.write(bytes, areLent);
  }

  #onReceiverReady(): void {
    this.#writeOwnFrames();
    this.#readOn();
  }

  #writeOwnFrames(): void {
    const { follower } = this;
    if (this.#pending.isEmpty || !follower.isAtBoundary) return;
    const { isCloseDue } = this.#pending;
    // No frame follows the sender's close frame.
    if (this.receiver.isWritable && !follower.hasClosed) this.#pending.write();
    else this.#pending.dropPing();
    if (!isCloseDue) return;
    this.discard();
    this.input.events.onCloseSent();
  }
}
