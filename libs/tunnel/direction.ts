import type { Socket } from 'node:net';
import { closeFrame } from './close-frame.js';
import { FrameFollower, type FrameViolation } from './frame-follower.js';
import { FrameRules, type FrameSender } from './frame-rules.js';

/** What a direction tells its tunnel. */
export interface DirectionEvents {
  /** The sender's close frame has come whole. */
  onCloseFrame(): void;
  /** The sender's FIN has come. */
  onSenderEnd(): void;
  /** The sender began a frame that is not let through; what came before it has been passed on. */
  onViolation(violation: FrameViolation): void;
}

/**
 * One way through a tunnel: what the sender writes goes to the receiver, unchanged and in order. While the receiver
 * does not keep up, the sender is not read.
 */
export class Direction {
  readonly follower: FrameFollower;
  /** Bytes that came from the sender, frame headers included. */
  bytes = 0;

  #isRelaying = true;
  #pendingClose: Buffer | null = null;
  #hasToldClose = false;

  constructor(
    readonly sender: Socket,
    readonly receiver: Socket,
    private readonly role: { sender: FrameSender; hasExtensions: boolean },
    private readonly events: DirectionEvents,
  ) {
    this.follower = new FrameFollower(new FrameRules(role.sender, role.hasExtensions));
  }

  /** Starts to relay; `head` is what had come before. */
  start(head: Buffer): void {
    if (head.length > 0) this.#onData(head);
    this.receiver.on('drain', () => this.sender.resume());
    this.sender.on('data', this.#onData);
    this.sender.on('end', () => this.events.onSenderEnd());
    this.sender.resume();
  }

  /**
   * Sends the receiver a close frame at the next frame boundary; nothing of the sender follows it. False when the
   * receiver has had a close frame already, or takes nothing any more.
   */
  injectClose(code: number, reason: string): boolean {
    if (!this.#isRelaying || this.#pendingClose) return false;
    if (this.follower.hasClosed || !this.receiver.writable) {
      this.discard();
      return false;
    }
    this.#pendingClose = closeFrame(code, reason, this.role.sender === 'client' ? 'upstream' : 'client');
    if (this.follower.isAtBoundary) this.#writePendingClose();
    return true;
  }

  /** Reads on, so that a close frame and the FIN are seen, but passes nothing on any more. */
  discard(): void {
    this.#isRelaying = false;
    this.#pendingClose = null;
    this.sender.resume();
  }

  /** Whether a close frame of the gateway's own still waits for the end of a frame. */
  get isCloseBlocked(): boolean {
    return this.#pendingClose !== null;
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (this.#isRelaying && !this.#pendingClose) {
      const passable = this.follower.push(chunk);
      const passed = passable === chunk.length ? chunk : chunk.subarray(0, passable);
      if (!this.receiver.write(passed)) this.sender.pause();
      if (this.follower.violation) this.events.onViolation(this.follower.violation);
    } else {
      this.#onDataWhileClosing(chunk);
    }
    if (this.follower.hasClosed && !this.#hasToldClose) {
      this.#hasToldClose = true;
      this.events.onCloseFrame();
    }
  };

  #onDataWhileClosing(chunk: Buffer): void {
    if (!this.receiver.writable) this.discard();
    if (!this.#pendingClose) {
      this.follower.push(chunk);
      return;
    }
    const length = this.follower.pushToBoundary(chunk);
    if (!this.receiver.write(chunk.subarray(0, length))) this.sender.pause();
    if (!this.follower.isAtBoundary) return;
    this.#writePendingClose();
    this.follower.push(chunk.subarray(length));
  }

  #writePendingClose(): void {
    if (this.#pendingClose && !this.follower.hasClosed) this.receiver.write(this.#pendingClose);
    this.discard();
  }
}
