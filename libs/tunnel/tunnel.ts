import type { Socket } from 'node:net';
import type { FrameSender, ReservedBits } from './frame-rules.js';
import type { TimingWheel } from './timing-wheel.js';
import type { TenantLanes } from './traffic-table.js';

export type { FrameSender, ReservedBits } from './frame-rules.js';

export interface TunnelLimits {
  /**
   * Milliseconds after which the connection is closed when neither peer has sent data or a control frame of its own; null: never.
   * Pongs to the gateway's pings do not count.
   */
  idleMs: number | null;
  /** Milliseconds after which the connection is closed whatever it does; null: never. */
  maxLifetimeMs: number | null;
  /** Milliseconds between two pings to each peer, and for an answer; null: no pings. */
  pingIntervalMs: number | null;
  /** Milliseconds that peers have to finish once a close was sent or seen, or one side is gone. */
  closeTimeoutMs: number;
  /** Milliseconds for which one direction goes on after the other has ended with a FIN. */
  halfOpenTimeoutMs: number;
}

/** What messages may be, in both directions; may change while the connection lives. */
export interface MessageLimits {
  /** Bytes of a message over all of its frames, compressed where it is compressed; null: no limit. */
  maxMessageBytes: number | null;
}

/** How a connection ended. */
export interface TunnelEnd {
  endedBy: FrameSender | 'gateway';
  /** The first close code that was sent or seen; 1005 for a close frame without one, 1006 for no close frame. */
  closeCode: number;
  /** The gateway's own reason text, where the gateway closed or gave a peer up. */
  reason: string | null;
}

/** What came from one side. */
export interface TunnelCounters {
  /** Complete data messages. */
  messages: number;
  /** Complete frames of every kind. */
  frames: number;
  /** Pings, pongs and close frames among them. */
  controlFrames: number;
  /** Bytes that were passed on, and those of the pongs to the gateway's own pings; frame headers included. */
  bytes: number;
  /** Bytes that were read, whatever became of them. */
  bytesReceived: number;
  /**
   * When it last sent anything but a pong to the gateway's own ping, in milliseconds since 1970 and exact to some tens of
   * them; null: never.
   */
  lastActivityAtMs: number | null;
  /** Between the gateway's last answered ping to this side and its pong; null: none was answered yet. */
  roundTripMs: number | null;
}

/**
 * Sees each frame that is relayed from the next frame on. It is called on the path of the bytes: it must be quick, and
 * what it is given is not its to keep.
 */
export interface FrameObserver {
  /** A frame begins: the first byte of its header (FIN, reserved bits, opcode), and its mask, if it has one. */
  onFrame(from: FrameSender, firstByte: number, payloadLength: number, mask: Uint8Array | null): void;
  /** A part of its payload, masked as on the wire. */
  onPayload(from: FrameSender, bytes: Uint8Array): void;
  onFrameEnd(from: FrameSender): void;
  /** In place of `onFrameEnd`, or of all that is said of a frame: there was no room for all of it. */
  onFrameOmitted(from: FrameSender): void;
}

/**
 * Two joined sockets. Commands and one event cross this seam, and nothing above it cares who moves the bytes.
 */
export interface Tunnel {
  fromClient(): TunnelCounters;
  fromUpstream(): TunnelCounters;
  /** Whether the gateway has begun to close it. */
  readonly isClosing: boolean;
  /** Closes both sides with a close frame, each at a frame boundary; after `closeTimeoutMs` the sockets go anyway. */
  close(code: number, reason: string): void;
  /** Holds from the next frame on. */
  setMessageLimits(limits: MessageLimits): void;
  /** The answer ends it, and is safe to call twice. It costs nothing while nobody observes. */
  observe(observer: FrameObserver): () => void;
}

export interface TunnelInput {
  client: Socket;
  /** It may lend the bytes of its `data` events: they are used before the listener returns, or copied. */
  upstream: Socket;
  /** What the client had sent after its request. */
  clientHead: Buffer;
  /** What the upstream had sent after its 101. */
  upstreamHead: Buffer;
  limits: TunnelLimits;
  messageLimits: MessageLimits;
  /** What the tenant's connections share: their totals and their rates. */
  lanes: TenantLanes;
  /** Whether a sender over its rate is slowed down, or the connection closed with 1008. */
  onRate: 'slow' | 'close';
  /** Which reserved bits the extensions that the handshake agreed on use. */
  reservedBits: ReservedBits;
  wheel: TimingWheel;
  /** Called once, when both sockets are closed. */
  onEnd: (end: TunnelEnd) => void;
}
