import type { DirectionInput } from './direction-input.js';
import { DirectionLanes } from './direction-lanes.js';
import { FrameFollower } from './frame-follower.js';
import { FrameGate } from './frame-gate.js';
import { FrameRules } from './frame-rules.js';
import { HeldBytes } from './held-bytes.js';
import { closeFrame } from './own-frames.js';
import { OwnPings } from './own-pings.js';
import { PendingFrames } from './pending-frames.js';
import { ReceivingSocket } from './receiving-socket.js';
import type { LaneWaiter, TrafficLane } from './traffic-lane.js';
import type { TunnelCounters } from './tunnel.js';

/** The frame counts of a direction. */
export type FrameCounts = Pick<TunnelCounters, 'messages' | 'frames' | 'controlFrames'>;

/**
 * Relays one way through a tunnel: it writes the bytes of the sender to the receiver, unchanged and in order.
 * It does not read the sender while the receiver is behind or the sender is over its rate. A direction
 * therefore buffers at most the bytes of one read for each of these two reasons, however the bytes are
 * chunked.
 */
export class Direction implements LaneWaiter {
  readonly follower: FrameFollower;
  /** The gateway's pings to the sender. The pongs to them arrive in this direction and are not passed on. */
  readonly pings: OwnPings;
  readonly receiver: ReceivingSocket;
  /** Bytes read from the sender, including bytes that were not passed on. */
  bytesReceived = 0;
  /**
   * Bytes that were passed on, plus the bytes of the pongs to the gateway's own pings. Frame headers are
   * included.
   */
  bytes = 0;
  /**
   * The time at which bytes were last passed on, by the clock of the input; null if never. The pongs to the
   * gateway's own pings are not passed on, so they do not count as activity.
   */
  lastActivityAtMs: number | null = null;

  #isRelaying = true;
  readonly #pending: PendingFrames;
  // The counts of the follower when the direction began to discard; null before that.
  #countsAtDiscard: FrameCounts | null = null;
  #hasSenderEnded = false;
  #hasReportedSenderEnd = false;
  #hasReportedClose = false;
  readonly #gate: FrameGate;
  readonly #held = new HeldBytes();
  readonly #lanes: DirectionLanes;
  // The bytes of an upstream's `data` event are valid only until the listener returns.
  readonly #isLent: boolean;

  constructor(readonly input: DirectionInput) {
    this.follower = new FrameFollower(new FrameRules(input.role, input.reservedBits));
    this.pings = new OwnPings(input.role);
    this.receiver = new ReceivingSocket(input.receiver, {
      onBehind: () => input.sender.pause(),
      onReady: () => this.#onReceiverReady(),
    });
    this.#pending = new PendingFrames(this.receiver);
    this.#lanes = new DirectionLanes(input.lanes, this);
    this.#gate = new FrameGate(this.follower, this.#pending, this.pings, this.#lanes.allowance);
    this.#isLent = input.role === 'upstream';
  }

  /** Starts to relay. `head` contains the bytes that the sender sent before. */
  start(head: Buffer): void {
    const { sender } = this.input;
    if (head.length > 0) this.#onData(head);
    sender.on('data', this.#onData);
    sender.on('end', () => this.endSender());
    if (sender.readableEnded) queueMicrotask(() => this.endSender());
    this.#readOn();
  }

  /**
   * Whether the direction does not read the sender at the moment. If so, the sender's silence says nothing
   * about its health.
   */
  get isHeldUp(): boolean {
    return this.isWaitingForRate || this.receiver.isBehind;
  }

  /** Bytes of the sender that the receiver's system has not taken yet. */
  get bufferedBytes(): number {
    return this.input.sender.readableLength + this.#held.length + this.receiver.queuedBytes;
  }

  /** Whether bytes wait until the rate lets them pass. */
  get isWaitingForRate(): boolean {
    return this.#lanes.isWaiting;
  }

  /** Whether frames may still be sent to the receiver in this direction. */
  get isOpen(): boolean {
    return this.#isRelaying;
  }

  /** Whether the sender has finished: it has closed, broken a rule or ended. */
  get isSenderDone(): boolean {
    return this.follower.isOver || this.#hasReportedSenderEnd;
  }

  /** The frames that were passed on, plus the pongs to the gateway's own pings. */
  get counts(): FrameCounts {
    return this.#countsAtDiscard ?? this.follower;
  }

  /**
   * Sends a close frame to the receiver at the next frame boundary. No frame of the sender follows it.
   * Returns false if the receiver already has a close frame, or can no longer be written to.
   */
  injectClose(code: number, reason: string): boolean {
    if (!this.deferClose(code, reason)) return false;
    this.sendDeferredClose();
    return true;
  }

  /**
   * Like `injectClose`, but the close frame waits until the sender closes and then replaces the sender's
   * close frame, or until `sendDeferredClose` sends it.
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

  /** Sends the deferred close frame at the next frame boundary. Returns false if there is none. */
  sendDeferredClose(): boolean {
    if (!this.#pending.makeCloseDue()) return false;
    this.#writeOwnFrames();
    this.#passHeld();
    return true;
  }

  /**
   * Must be called when the sender is lost. A FIN of the sender has the same effect. Bytes that wait for the
   * rate are passed on first.
   */
  endSender(): void {
    this.#hasSenderEnded = true;
    this.#reportSenderEnd();
  }

  /**
   * Stops waiting for the sender to close, and for the rate if the sender has ended. Returns false if the
   * direction was not waiting.
   */
  stopWaiting(): boolean {
    const wasHeld = this.#hasSenderEnded && this.isWaitingForRate;
    if (wasHeld) {
      this.end();
      this.#reportSenderEnd();
    }
    return this.sendDeferredClose() || wasHeld;
  }

  /**
   * Pings the receiver at the next frame boundary at which it is not behind. It sends no ping after a close
   * frame.
   */
  injectPing(pings: OwnPings): void {
    if (!this.#isRelaying || this.#pending.hasClose || this.follower.isOver) return;
    this.#pending.addPing(pings);
    this.#writeOwnFrames();
  }

  /** Continues to read, so that a close frame and the FIN are detected, but passes no more bytes on. */
  discard(): void {
    const { messages, frames, controlFrames } = this.counts;
    this.#countsAtDiscard = { messages, frames, controlFrames };
    this.#isRelaying = false;
    this.#pending.clear();
    this.#gate.remove();
    this.#passHeld();
    this.input.sender.resume();
  }

  /** Must be called when the sender sends nothing more. It leaves the waiting lines of its lanes. */
  end(): void {
    this.#held.take();
    this.#lanes.end();
  }

  /** Replaces the lanes. Bytes that wait are held to the new rates, at once if the receiver is not behind. */
  setLanes(lanes: readonly TrafficLane[]): void {
    this.#lanes.replace(lanes);
    if (this.isWaitingForRate && !this.receiver.isBehind) this.#passHeld();
  }

  onAllowance(): void {
    if (this.receiver.isBehind) this.#lanes.waitAgain();
    else this.#lanes.inTurn(() => this.#passHeld());
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
    // Passing bytes may lead to a nested call, which passes the rest of a frame before a close frame. Each
    // byte must be counted once.
    this.#lanes.countUpTo(this.counts.messages, this.bytes);
    if (follower.hasClosed && !this.#hasReportedClose) {
      this.#hasReportedClose = true;
      // The sender's close frame may have begun before the gateway's close frame was deferred. In that case
      // the sender's frame is sent in its place.
      this.sendDeferredClose();
      input.events.onCloseFrame();
    }
    // After a close frame, only data can break a rule (RFC 6455 §5.5.1), and the close frame came first.
    if (!follower.violation) return;
    if (this.#isRelaying) input.events.onViolation(follower.violation);
    else input.events.onUnreadable();
  }

  #pass(bytes: Buffer, areLent: boolean): void {
    let offset = 0;
    while (offset < bytes.length && this.#isRelaying) {
      offset += this.#passSome(offset === 0 ? bytes : bytes.subarray(offset), areLent);
      this.#writeOwnFrames();
      if (this.#gate.stop === 'ownPong') offset += this.#takeOutPong();
      else if (this.#gate.stop !== 'ownFrame') break;
    }
    if (!this.#isRelaying) offset += this.follower.push(bytes.subarray(offset));
    if (offset === bytes.length || this.follower.violation) return;
    this.#held.keep(bytes.subarray(offset), areLent);
    if (this.#isRelaying && this.#gate.stop === 'rate') this.#waitForRate();
  }

  /** Passes on the bytes that may pass now, in one write. Returns the number of bytes. */
  #passSome(bytes: Buffer, areLent: boolean): number {
    const passed = this.#gate.advance(bytes);
    this.#write(passed === bytes.length ? bytes : bytes.subarray(0, passed), areLent);
    return passed;
  }

  /** Counts a pong that is not passed on. Returns its length in bytes. */
  #takeOutPong(): number {
    this.follower.frames += 1;
    this.follower.controlFrames += 1;
    this.bytes += this.pings.pongBytes;
    return this.pings.pongBytes;
  }

  #waitForRate(): void {
    this.input.sender.pause();
    this.#lanes.wait(this.#held.length);
    if (this.input.onRate === 'close') this.input.events.onRateExceeded();
  }

  #passHeld(): void {
    const held = this.#held.take();
    if (!held) return;
    this.#lanes.leaveLine();
    this.#passAndCount(held, false);
    this.#readOn();
    this.#reportSenderEnd();
  }

  #reportSenderEnd(): void {
    if (!this.#hasSenderEnded || this.#hasReportedSenderEnd || this.isWaitingForRate) return;
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
    // No frame may follow the sender's close frame.
    if (this.receiver.isWritable && !follower.hasClosed) this.#pending.write();
    else this.#pending.dropPing();
    if (!isCloseDue) return;
    this.discard();
    this.input.events.onCloseSent();
  }
}
