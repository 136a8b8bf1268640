import type { Socket } from 'node:net';
import { Direction } from './direction.js';
import type { FrameSender } from './frame-rules.js';
import { QuietTimer } from './quiet-timer.js';

/** "Abnormal closure": the connection ended without a close frame (RFC 6455 §7.4.1). */
const abnormalClosure = 1006;
const upstreamLost = { code: 1013, reason: 'upstream lost' };

export interface TunnelLimits {
  /** Milliseconds without a byte in either direction after which the connection is closed; null: never. */
  idleMs: number | null;
  /** Milliseconds after which the connection is closed whatever it does; null: never. */
  maxLifetimeMs: number | null;
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
  /** The gateway's own reason text, where the gateway closed. */
  reason: string | null;
}

/** Messages and bytes (frame headers included) that came from one side. */
export interface TunnelCounters {
  messages: number;
  bytes: number;
}

/**
 * Two joined sockets. Commands and one event cross this seam, and nothing above it cares who moves the bytes.
 */
export interface Tunnel {
  fromClient(): TunnelCounters;
  fromUpstream(): TunnelCounters;
  /** Closes both sides with a close frame, each at a frame boundary; after `closeTimeoutMs` the sockets go anyway. */
  close(code: number, reason: string): void;
  /** Holds from the next frame on. */
  setMessageLimits(limits: MessageLimits): void;
}

export interface TunnelInput {
  client: Socket;
  upstream: Socket;
  /** What the client had sent after its request. */
  clientHead: Buffer;
  /** What the upstream had sent after its 101. */
  upstreamHead: Buffer;
  limits: TunnelLimits;
  messageLimits: MessageLimits;
  /** Whether the handshake agreed on an extension, such as permessage-deflate. */
  hasExtensions: boolean;
  /** Called once, when both sockets are closed. */
  onEnd(end: TunnelEnd): void;
}

/** Joins two sockets after a handshake. Both must have `allowHalfOpen`, so that a FIN is passed on as a FIN. */
export function joinSockets(input: TunnelInput): Tunnel {
  return new SocketTunnel(input);
}

class SocketTunnel implements Tunnel {
  readonly #input: TunnelInput;
  readonly #toUpstream: Direction;
  readonly #toClient: Direction;
  readonly #quietTimer: QuietTimer | null;
  #lifetimeTimer: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #deadlineAt = Infinity;
  #end: TunnelEnd | null = null;
  #isClosingByGateway = false;
  #openSockets = 2;

  constructor(input: TunnelInput) {
    this.#input = input;
    const { client, upstream, limits } = input;
    this.#toUpstream = this.#createDirection('client');
    this.#toClient = this.#createDirection('upstream');
    this.setMessageLimits(input.messageLimits);
    this.#listen(client, 'client');
    this.#listen(upstream, 'upstream');
    this.#quietTimer = limits.idleMs === null ? null : this.#startQuietTimer(limits.idleMs);
    if (limits.maxLifetimeMs !== null) this.#startLifetimeTimer(limits.maxLifetimeMs);
    this.#toUpstream.start(input.clientHead);
    this.#toClient.start(input.upstreamHead);
  }

  setMessageLimits({ maxMessageBytes }: MessageLimits): void {
    this.#toUpstream.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
    this.#toClient.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
  }

  fromClient(): TunnelCounters {
    return { messages: this.#toUpstream.follower.messages, bytes: this.#toUpstream.bytes };
  }

  fromUpstream(): TunnelCounters {
    return { messages: this.#toClient.follower.messages, bytes: this.#toClient.bytes };
  }

  close(code: number, reason: string): void {
    if (this.#isClosingByGateway) return;
    this.#isClosingByGateway = true;
    this.#noteEnd({ endedBy: 'gateway', closeCode: code, reason });
    this.#toClient.injectClose(code, reason);
    this.#toUpstream.injectClose(code, reason);
    this.#endWhoHasClosed();
    this.#limitTo(this.#input.limits.closeTimeoutMs);
  }

  #createDirection(sender: FrameSender): Direction {
    const { client, upstream, hasExtensions } = this.#input;
    const [from, to] = sender === 'client' ? [client, upstream] : [upstream, client];
    return new Direction(
      from,
      to,
      { sender, hasExtensions },
      {
        onCloseFrame: () => this.#onCloseFrame(sender),
        onSenderEnd: () => this.#onFin(sender),
        onViolation: ({ code, reason }) => this.close(code, reason),
      },
    );
  }

  #listen(socket: Socket, side: FrameSender): void {
    socket.on('error', () => this.#onLost(side));
    socket.on('close', () => this.#onSocketClosed(side));
    if (socket.closed) queueMicrotask(() => this.#onSocketClosed(side));
  }

  #onCloseFrame(side: FrameSender): void {
    const { follower } = side === 'client' ? this.#toUpstream : this.#toClient;
    this.#noteEnd({ endedBy: side, closeCode: follower.closeCode ?? abnormalClosure, reason: null });
    if (this.#isClosingByGateway) this.#endWhoHasClosed();
    if (this.#toUpstream.follower.hasClosed && this.#toClient.follower.hasClosed) {
      this.#limitTo(this.#input.limits.closeTimeoutMs);
    }
  }

  // After a close of the gateway's own, a side that has answered with its close frame gets the FIN (RFC 6455 §7.1.1), and
  // one whose frames can't be read any more gets it at once (§7.1.7).
  #endWhoHasClosed(): void {
    const { client, upstream } = this.#input;
    if (this.#toUpstream.follower.isOver && !this.#toClient.isCloseBlocked) client.end();
    if (this.#toClient.follower.isOver && !this.#toUpstream.isCloseBlocked) upstream.end();
  }

  #onFin(side: FrameSender): void {
    const { client, upstream, limits } = this.#input;
    if (side === 'upstream') this.#tellClientOfLoss();
    this.#noteEnd({ endedBy: side, closeCode: abnormalClosure, reason: null });
    (side === 'client' ? this.#toUpstream : this.#toClient).discard();
    if (this.#isClosingByGateway) {
      client.end();
      upstream.end();
      return;
    }
    (side === 'client' ? upstream : client).end();
    this.#limitTo(limits.halfOpenTimeoutMs);
  }

  // A socket that failed takes nothing any more; the other one still gets all that came before, then a FIN.
  #onLost(side: FrameSender): void {
    if (side === 'upstream') this.#tellClientOfLoss();
    this.#noteEnd({ endedBy: side, closeCode: abnormalClosure, reason: null });
    this.#toUpstream.discard();
    this.#toClient.discard();
    (side === 'client' ? this.#input.upstream : this.#input.client).end();
    this.#limitTo(this.#input.limits.closeTimeoutMs);
  }

  #tellClientOfLoss(): void {
    if (this.#isClosingByGateway || this.#toUpstream.follower.hasClosed) return;
    if (!this.#toClient.follower.isAtBoundary) return;
    const isTold = this.#toClient.injectClose(upstreamLost.code, upstreamLost.reason);
    if (isTold)
      this.#noteEnd({ endedBy: 'upstream', closeCode: upstreamLost.code, reason: upstreamLost.reason });
  }

  #onSocketClosed(side: FrameSender): void {
    this.#openSockets -= 1;
    if (this.#openSockets > 0) {
      if (!this.#end) this.#onLost(side);
      return;
    }
    this.#quietTimer?.stop();
    if (this.#lifetimeTimer) clearTimeout(this.#lifetimeTimer);
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#input.onEnd(this.#end ?? { endedBy: side, closeCode: abnormalClosure, reason: null });
  }

  #noteEnd(end: TunnelEnd): void {
    this.#end ??= end;
  }

  /** Leaves at most so many milliseconds; a shorter limit replaces a longer one. */
  #limitTo(milliseconds: number): void {
    const at = performance.now() + milliseconds;
    if (at >= this.#deadlineAt) return;
    if (this.#deadline) clearTimeout(this.#deadline);
    this.#deadlineAt = at;
    this.#deadline = setTimeout(() => {
      this.#input.client.destroy();
      this.#input.upstream.destroy();
    }, milliseconds);
  }

  #startQuietTimer(idleMs: number): QuietTimer {
    const movedBytes = (): number => this.#toUpstream.bytes + this.#toClient.bytes;
    return new QuietTimer(idleMs, movedBytes, () => this.close(1001, 'idle timeout'));
  }

  // Up to a tenth is taken off at random, so that connections that came together do not go together.
  #startLifetimeTimer(maxLifetimeMs: number): void {
    const milliseconds = maxLifetimeMs * (1 - Math.random() / 10);
    this.#lifetimeTimer = setTimeout(() => this.close(1001, 'maximum lifetime'), milliseconds);
  }
}
