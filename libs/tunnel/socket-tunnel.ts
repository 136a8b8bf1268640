import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Direction } from './direction.js';
import type { FrameFollower, FrameViolation } from './frame-follower.js';
import type { FrameSender } from './frame-rules.js';
import { Keepalive } from './keepalive.js';
import { ObserverList } from './observer-list.js';
import { TunnelClock, type Due } from './tunnel-clock.js';
import type {
  FrameObserver,
  MessageLimits,
  Tunnel,
  TunnelCounters,
  TunnelEnd,
  TunnelInput,
} from './tunnel.js';

/** "Abnormal closure": the connection ended without a close frame (RFC 6455 §7.4.1). */
const abnormalClosure = 1006;
const sides = ['client', 'upstream'] as const;
const messageRate = { code: 1008, reason: 'message rate' };
const upstreamLost = { code: 1013, reason: 'upstream lost' };

/** A tunnel that moves the bytes in JavaScript, between two plain sockets. */
export class SocketTunnel implements Tunnel {
  // Without the heads, which would stay in memory as long as the connection.
  readonly #input: Omit<TunnelInput, 'clientHead' | 'upstreamHead'>;
  readonly #toUpstream: Direction;
  readonly #toClient: Direction;
  readonly #keepalive: Record<FrameSender, Keepalive>;
  readonly #clock: TunnelClock;
  readonly #observers = new ObserverList();
  #end: TunnelEnd | null = null;
  #isClosingByGateway = false;
  #violator: FrameSender | null = null;
  #loss: { side: FrameSender; reason: string | null } | null = null;
  #openSockets = 2;

  constructor({ clientHead, upstreamHead, ...input }: TunnelInput) {
    this.#input = input;
    this.#toUpstream = this.#createDirection('client');
    this.#toClient = this.#createDirection('upstream');
    this.#keepalive = {
      client: new Keepalive(this.#toUpstream, this.#toClient),
      upstream: new Keepalive(this.#toClient, this.#toUpstream),
    };
    this.setMessageLimits(input.messageLimits);
    this.#clock = new TunnelClock({
      wheel: input.wheel,
      limits: input.limits,
      lastActivityAtMs: () => this.#lastActivityAtMs(),
      onDue: (due) => this.#onDue(due),
    });
    this.#listen(input.client, 'client');
    this.#listen(input.upstream, 'upstream');
    this.#toUpstream.start(clientHead);
    this.#toClient.start(upstreamHead);
  }

  get isClosing(): boolean {
    return this.#isClosingByGateway;
  }

  fromClient(): TunnelCounters {
    return countersOf(this.#toUpstream);
  }

  fromUpstream(): TunnelCounters {
    return countersOf(this.#toClient);
  }

  setMessageLimits({ maxMessageBytes }: MessageLimits): void {
    this.#toUpstream.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
    this.#toClient.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
  }

  observe(observer: FrameObserver): () => void {
    const remove = this.#observers.add(observer);
    this.#toUpstream.follower.observer ??= this.#observers.createReporter('client');
    this.#toClient.follower.observer ??= this.#observers.createReporter('upstream');
    return () => {
      remove();
      if (!this.#observers.isEmpty) return;
      this.#toUpstream.follower.observer = null;
      this.#toClient.follower.observer = null;
    };
  }

  close(code: number, reason: string): void {
    if (this.#isClosingByGateway) {
      // A peer that broke a rule is waited for no longer.
      for (const side of sides) this.#directionTo(side).sendDeferredClose();
      return;
    }
    this.#beginClose(code, reason);
    for (const side of sides) this.#directionTo(side).injectClose(code, reason);
    this.#endFinishedSides();
  }

  #createDirection(from: FrameSender): Direction {
    const { client, upstream, reservedBits, lanes, onRate, wheel } = this.#input;
    const isFromClient = from === 'client';
    return new Direction({
      sender: isFromClient ? client : upstream,
      receiver: isFromClient ? upstream : client,
      role: from,
      reservedBits,
      lane: isFromClient ? lanes.fromClients : lanes.fromUpstreams,
      onRate,
      now: () => wheel.nowMs,
      events: {
        onCloseFrame: () => this.#onCloseFrame(from),
        onSenderEnd: () => this.#onSenderEnd(from),
        onCloseSent: () => this.#onCloseSent(otherSide(from)),
        onViolation: (violation) => this.#closeForViolation(from, violation),
        onUnreadable: () => this.#endFinishedSides(),
        onRateExceeded: () => this.#closeForViolation(from, messageRate),
      },
    });
  }

  #listen(socket: Socket, side: FrameSender): void {
    socket.on('error', () => this.#onLost(side));
    socket.on('close', () => this.#onSocketClosed(side));
    if (socket.closed) queueMicrotask(() => this.#onSocketClosed(side));
  }

  #directionFrom(side: FrameSender): Direction {
    return side === 'client' ? this.#toUpstream : this.#toClient;
  }

  #directionTo(side: FrameSender): Direction {
    return this.#directionFrom(otherSide(side));
  }

  #beginClose(code: number, reason: string): void {
    this.#isClosingByGateway = true;
    this.#noteEnd({ endedBy: 'gateway', closeCode: code, reason });
    this.#clock.limitTo(this.#input.limits.closeTimeoutMs);
  }

  // The direction that the violation came from ends. What the other side has sent, and sends until it has closed too, still
  // goes to the violator, whose close frame comes after it.
  #closeForViolation(violator: FrameSender, { code, reason }: FrameViolation | typeof messageRate): void {
    if (this.#isClosingByGateway) {
      this.#directionFrom(violator).sendDeferredClose();
      return;
    }
    this.#violator = violator;
    this.#beginClose(code, reason);
    this.#directionTo(violator).deferClose(code, reason);
    this.#directionFrom(violator).injectClose(code, reason);
    this.#endFinishedSides();
  }

  #onCloseSent(receiver: FrameSender): void {
    // Its close frame may have waited for nearly all of the time for a close.
    if (receiver === this.#violator) this.#clock.renewLimit(this.#input.limits.closeTimeoutMs);
    this.#endFinishedSides();
  }

  #onCloseFrame(side: FrameSender): void {
    const { closeCode } = this.#directionFrom(side).follower;
    this.#noteEnd({ endedBy: side, closeCode: closeCode ?? abnormalClosure, reason: null });
    this.#endFinishedSides();
    if (this.#toUpstream.follower.hasClosed && this.#toClient.follower.hasClosed) {
      this.#clock.limitTo(this.#input.limits.closeTimeoutMs);
    }
  }

  // After a close of the gateway's own, a side that was sent all that it gets and has answered with its close frame gets the FIN
  // (RFC 6455 §7.1.1). One whose frames can't be read any more is not waited for (§7.1.7).
  #endFinishedSides(): void {
    if (!this.#isClosingByGateway) return;
    for (const side of sides) {
      const fromIt = this.#directionFrom(side);
      if (fromIt.isSenderDone && !this.#directionTo(side).isOpen) part(this.#input[side], fromIt.follower);
    }
  }

  #onSenderEnd(side: FrameSender): void {
    const { limits } = this.#input;
    const fromIt = this.#directionFrom(side);
    const other = otherSide(side);
    fromIt.sendDeferredClose();
    const hasNotifiedClient = side === 'upstream' && this.#notifyClientOfLoss();
    const reason = this.#loss?.side === side ? this.#loss.reason : null;
    this.#noteEnd({ endedBy: side, closeCode: abnormalClosure, reason });
    fromIt.discard();
    endOnce(this.#input[other]);
    this.#endFinishedSides();
    if (this.#isClosingByGateway) return;
    // A peer that was sent a close frame of the gateway's has as long as after any of them, and one that has sent its own
    // has nothing left to say.
    const hasToClose = hasNotifiedClient || this.#directionFrom(other).follower.hasClosed;
    this.#clock.limitTo(hasToClose ? limits.closeTimeoutMs : limits.halfOpenTimeoutMs);
  }

  // A socket that failed takes nothing any more; the other one still gets all that came before, then a FIN. What the rate holds
  // back has the time of a close to pass.
  #onLost(side: FrameSender, reason: string | null = null): void {
    this.#loss ??= { side, reason };
    this.#directionTo(side).discard();
    this.#directionFrom(side).endSender();
    this.#clock.limitTo(this.#input.limits.closeTimeoutMs);
  }

  /** Whether the client was sent 1013: not in the middle of a frame, and not after another close frame. */
  #notifyClientOfLoss(): boolean {
    if (this.#isClosingByGateway || this.#toUpstream.follower.hasClosed) return false;
    if (!this.#toClient.follower.isAtBoundary) return false;
    if (!this.#toClient.injectClose(upstreamLost.code, upstreamLost.reason)) return false;
    this.#noteEnd({ endedBy: 'upstream', closeCode: upstreamLost.code, reason: upstreamLost.reason });
    return true;
  }

  #onSocketClosed(side: FrameSender): void {
    this.#openSockets -= 1;
    if (this.#openSockets > 0) {
      if (!this.#directionFrom(side).isSenderDone) this.#onLost(side);
      return;
    }
    this.#clock.stop();
    this.#toUpstream.end();
    this.#toClient.end();
    const endedBy = this.#loss?.side ?? side;
    this.#input.onEnd(this.#end ?? { endedBy, closeCode: abnormalClosure, reason: null });
  }

  #noteEnd(end: TunnelEnd): void {
    this.#end ??= end;
  }

  #onDue(due: Due): void {
    switch (due) {
      case 'end':
        this.#onTimeUp();
        return;
      case 'lifetime':
        this.close(1001, 'maximum lifetime');
        return;
      case 'idle':
        this.close(1001, 'idle timeout');
        return;
      case 'ping':
        this.#ping();
    }
  }

  // Drops what still waits. A close frame that waited is sent, and its receiver has the time for a close too.
  #onTimeUp(): void {
    const wereWaiting = sides.map((side) => this.#directionTo(side).stopWaiting());
    if (wereWaiting.includes(true)) this.#clock.renewLimit(this.#input.limits.closeTimeoutMs);
    else for (const side of sides) this.#input[side].destroy();
  }

  #ping(): void {
    for (const side of sides) {
      if (this.#keepalive[side].beat()) continue;
      this.#onLost(side, 'ping unanswered');
      this.#input[side].destroy();
      return;
    }
  }

  #lastActivityAtMs(): number | null {
    const { lastActivityAtMs: fromClient, isWaitingForRate: isClientWaiting } = this.#toUpstream;
    const { lastActivityAtMs: fromUpstream, isWaitingForRate: isUpstreamWaiting } = this.#toClient;
    if (isClientWaiting || isUpstreamWaiting) return this.#input.wheel.nowMs;
    return fromClient === null ? fromUpstream : Math.max(fromClient, fromUpstream ?? 0);
  }
}

function otherSide(side: FrameSender): FrameSender {
  return side === 'client' ? 'upstream' : 'client';
}

// Who has sent its close frame has nothing more to say, and needs not be heard out: closing sends the FIN too, in one step in
// place of three, where the system has all that was written. TLS says goodbye in a record of its own.
function part(socket: Socket, { hasClosed }: FrameFollower): void {
  const isFlushed = socket.writableLength === 0 && !(socket instanceof TLSSocket);
  if (hasClosed && isFlushed) socket.destroy();
  else endOnce(socket);
}

// A second end() makes an error with a stack and throws it away: 0.19 ms of each connection that was closed.
function endOnce(socket: Socket): void {
  if (!socket.writableEnded) socket.end();
}

function countersOf({ counts, bytes, bytesReceived, lastActivityAtMs, pings }: Direction): TunnelCounters {
  const { messages, frames, controlFrames } = counts;
  const { roundTripMs } = pings;
  return {
    messages,
    frames,
    controlFrames,
    bytes,
    bytesReceived,
    lastActivityAtMs: lastActivityAtMs === null ? null : performance.timeOrigin + lastActivityAtMs,
    roundTripMs,
  };
}
