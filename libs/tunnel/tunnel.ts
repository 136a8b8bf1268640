import type { FrameSender, ReservedBits } from './frame-rules.js';
import type { RelaySocket } from './relay-socket.js';
import type { TimingWheel } from './timing-wheel.js';
import type { ConnectionLanes } from './traffic-table.js';

export type { RelaySocket } from './relay-socket.js';
export type { FrameSender, ReservedBits } from './frame-rules.js';

export interface TunnelLimits {
  /**
   * Milliseconds after which the connection is closed if neither peer has sent data or a control frame; null:
   * never. Pongs to the gateway's pings do not count.
   */
  idleMs: number | null;
  /** Milliseconds after which the connection is closed regardless of its activity; null: never. */
  maxLifetimeMs: number | null;
  /** Milliseconds between two pings to each peer, and the timeout for an answer; null: no pings. */
  pingIntervalMs: number | null;
  /**
   * Milliseconds that the peers have to finish after a close frame was sent or received, or after one side is
   * lost.
   */
  closeTimeoutMs: number;
  /** Milliseconds for which one direction continues after the other direction has ended with a FIN. */
  halfOpenTimeoutMs: number;
}

/** The limits of messages, in both directions. They may change while the connection is open. */
export interface MessageLimits {
  /**
   * The maximum number of bytes of a message over all of its frames, compressed bytes if it is compressed;
   * null: no limit.
   */
  maxMessageBytes: number | null;
}

/** How a connection ended. */
export interface TunnelEnd {
  endedBy: FrameSender | 'gateway';
  /**
   * The first close code that was sent or received; 1005 for a close frame without a code, 1006 if there was
   * no close frame.
   */
  closeCode: number;
  /** The gateway's own reason text, if the gateway closed the connection or gave up on a peer. */
  reason: string | null;
}

/** The traffic received from one side. */
export interface TunnelCounters {
  /** Complete data messages. */
  messages: number;
  /** Complete frames of every kind. */
  frames: number;
  /** Pings, pongs and close frames among them. */
  controlFrames: number;
  /**
   * Bytes that were passed on, plus the bytes of the pongs to the gateway's own pings. Frame headers are
   * included.
   */
  bytes: number;
  /** Bytes that were read, including bytes that were not passed on. */
  bytesReceived: number;
  /**
   * When this side last sent anything other than a pong to the gateway's own ping, in milliseconds since 1970
   * and accurate to some tens of milliseconds; null if never.
   */
  lastActivityAtMs: number | null;
  /**
   * Milliseconds between the gateway's last answered ping to this side and its pong; null if none was
   * answered yet.
   */
  roundTripMs: number | null;
}

/**
 * Observes each relayed frame, starting with the next frame. It is called on the data path: it must be fast,
 * and must not keep references to the bytes that it is given.
 */
export interface FrameObserver {
  /**
   * A frame begins. `firstByte` is the first byte of its header (FIN, reserved bits, opcode); `mask` is null
   * if the payload is not masked.
   */
  onFrame(from: FrameSender, firstByte: number, payloadLength: number, mask: Uint8Array | null): void;
  /** A part of the payload, masked as it is on the wire. */
  onPayload(from: FrameSender, bytes: Uint8Array): void;
  onFrameEnd(from: FrameSender): void;
  /**
   * Called in place of `onFrameEnd`, or in place of all calls for a frame: there was no room for the whole
   * frame.
   */
  onFrameOmitted(from: FrameSender): void;
}

/**
 * Two joined sockets. The interface consists of commands and one event. Its users do not depend on which
 * engine moves the bytes.
 */
export interface Tunnel {
  fromClient(): TunnelCounters;
  fromUpstream(): TunnelCounters;
  /**
   * The number of bytes of both directions that the gateway has read and the system has not taken again.
   * They are counted at each call.
   */
  bufferedBytes(): number;
  /** Whether the gateway has begun to close the connection. */
  readonly isClosing: boolean;
  /**
   * Closes both sides with a close frame, each at a frame boundary. After `closeTimeoutMs` the sockets are
   * closed in any case.
   */
  close(code: number, reason: string): void;
  /** Sets the message limits. They apply from the next frame on. */
  setMessageLimits(limits: MessageLimits): void;
  /** Replaces the lanes. Bytes that wait for a rate are held to the new rates at once. */
  setLanes(lanes: ConnectionLanes): void;
  /**
   * Adds an observer. The returned function removes it, and is safe to call twice. Observation costs nothing
   * while there is no observer.
   */
  observe(observer: FrameObserver): () => void;
}

/**
 * The owner of a tunnel. An object instead of a function, because each idle connection would keep a closure.
 */
export interface TunnelListener {
  /** Called once, when both sockets are closed. */
  onEnd(end: TunnelEnd): void;
}

export interface TunnelInput {
  client: RelaySocket;
  /**
   * The upstream socket. It may lend the bytes of its `data` events: they are used before the listener
   * returns, or copied.
   */
  upstream: RelaySocket;
  /** The bytes that the client sent after its request. */
  clientHead: Buffer;
  /** The bytes that the upstream sent after its 101. */
  upstreamHead: Buffer;
  limits: TunnelLimits;
  messageLimits: MessageLimits;
  /** The rates that the connection shares with others of its tenant, its route and its key. */
  lanes: ConnectionLanes;
  /** Whether a sender that exceeds its rate is slowed down, or its connection is closed with 1008. */
  onRate: 'slow' | 'close';
  /** The reserved bits that the negotiated extensions use. */
  reservedBits: ReservedBits;
  wheel: TimingWheel;
  listener: TunnelListener;
}
