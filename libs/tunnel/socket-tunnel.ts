import { Direction } from './direction.js';
import { destroyOrEnd, endOnce } from './end-socket.js';
import type { FrameViolation } from './frame-follower.js';
import type { FrameSender } from './frame-rules.js';
import { Keepalive } from './keepalive.js';
import { ObserverList } from './observer-list.js';
import type { RelaySocket } from './relay-socket.js';
import type { ConnectionLanes } from './traffic-table.js';
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

/** A tunnel that relays the bytes in JavaScript, between two plain sockets. */
export class SocketTunnel implements Tunnel {
  // Omits the heads, which would otherwise stay in memory for the life of the connection.
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

  bufferedBytes(): number {
    return this.#toUpstream.bufferedBytes + this.#toClient.bufferedBytes;
  }

  setMessageLimits({ maxMessageBytes }: MessageLimits): void {
    this.#toUpstream.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
    this.#toClient.follower.maxMessageBytes = maxMessageBytes ?? Infinity;
  }

  setLanes({ fromClients, fromUpstreams }: ConnectionLanes): void {
    this.#toUpstream.setLanes(fromClients);
    this.#toClient.setLanes(fromUpstreams);
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
      // The tunnel no longer waits for a peer that broke a rule.
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
      lanes: isFromClient ? lanes.fromClients : lanes.fromUpstreams,
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

  #listen(socket: RelaySocket, side: FrameSender): void {
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

  // Ends the direction that the violation came from. Bytes that the other side has sent, or sends until it
  // has closed too, are still passed on to the violator. The close frame for the violator follows them.
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
    // The close frame for the violator may have waited for nearly all of the close timeout.
    if (receiver === this.#violator) this.#clock.renewLimit(this.#input.limits.closeTimeoutMs);
    this.#endFinishedSides();
  }

  #onCloseFrame(side: FrameSender): void {
    const { closeCode } = this.#directionFrom(side).follower;
    this.#noteEnd({ endedBy: side, closeCode: closeCode ?? abnormalClosure, reason: null });
    this.#endFinishedSides();
    if (this.#haveBothClosed) this.#clock.limitTo(this.#input.limits.closeTimeoutMs);
  }

  // Neither side sends anything more, so the first FIN closes both sockets. The gateway does not send the
  // first one: the side that does keeps the port in TIME_WAIT.
  get #haveBothClosed(): boolean {
    return this.#toUpstream.follower.hasClosed && this.#toClient.follower.hasClosed;
  }

  // After a close by the gateway, a side gets the FIN once it has been sent all of its bytes and has answered
  // with its close frame (RFC 6455 §7.1.1). The tunnel does not wait for a side whose frames can no longer be
  // read (§7.1.7).
  #endFinishedSides(): void {
    if (!this.#isClosingByGateway) return;
    for (const side of sides) {
      const fromIt = this.#directionFrom(side);
      if (!fromIt.isSenderDone || this.#directionTo(side).isOpen) continue;
      destroyOrEnd(this.#input[side], { hasSentClose: fromIt.follower.hasClosed });
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
    if (this.#isClosingByGateway) {
      endOnce(this.#input[other]);
      this.#endFinishedSides();
      return;
    }
    if (this.#haveBothClosed) {
      for (const closed of sides) destroyOrEnd(this.#input[closed], { hasSentClose: true });
    } else endOnce(this.#input[other]);
    // A peer that was sent a close frame of the gateway gets the same timeout as after any other close frame.
    // A peer that has sent its own close frame has nothing more to send.
    const hasToClose = hasNotifiedClient || this.#directionFrom(other).follower.hasClosed;
    this.#clock.limitTo(hasToClose ? limits.closeTimeoutMs : limits.halfOpenTimeoutMs);
  }

  // A failed socket accepts no more bytes. The other socket still gets all bytes that arrived before the
  // failure, and then a FIN. Bytes that the rate delays have the close timeout to pass.
  #onLost(side: FrameSender, reason: string | null = null): void {
    this.#loss ??= { side, reason };
    this.#directionTo(side).discard();
    this.#directionFrom(side).endSender();
    this.#clock.limitTo(this.#input.limits.closeTimeoutMs);
  }

  /**
   * Returns whether the client was sent 1013. It is not sent in the middle of a frame, nor after another
   * close frame.
   */
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
    this.#input.listener.onEnd(this.#end ?? { endedBy, closeCode: abnormalClosure, reason: null });
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

  // Drops the bytes that still wait. If a close frame was waiting, it is sent, and its receiver gets the
  // close timeout too.
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
