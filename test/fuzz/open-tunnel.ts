import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  joinSockets,
  type FrameSender,
  type Tunnel,
  type TunnelCounters,
  type TunnelEnd,
} from '#libs/tunnel';
import { patient } from '../support/joined-tunnel.js';
import { socketPair, upstreamPair } from '../support/socket-pair.js';
import { HandWheel } from '../support/hand-wheel.js';
import { withResolver } from '../support/with-resolver.js';
import { FitfulLane } from './fitful-lane.js';
import { ReceivedBytes } from './received-bytes.js';

const longestWaitMs = 15_000;
// Far more than a run takes, so that only the wheel that is put forward by hand makes a ping due.
const pingIntervalMs = 1_000_000_000;

/** A tunnel between real sockets, seen from the side of one sender. */
export interface TunnelSide {
  sender: FrameSender;
  socket: Socket;
  /** What the other side gets. */
  delivered: ReceivedBytes;
  /** What the tunnel has counted of this sender. */
  counted: () => TunnelCounters;
  /** How many bytes the gateway has read of this sender. */
  read: () => number;
  lane: FitfulLane;
}

/** A tunnel between real sockets whose two ends are read all the time. */
export class OpenTunnel {
  readonly sides: Record<FrameSender, TunnelSide>;
  readonly tunnel: Tunnel;
  readonly ended: Promise<TunnelEnd>;
  readonly #wheel = new HandWheel();
  #readAtPing = { client: 0, upstream: 0 };

  private constructor(
    [client, nearClient]: readonly [Socket, Socket],
    [nearUpstream, upstream]: readonly [Socket, Socket],
  ) {
    const lanes = { fromClients: new FitfulLane(this.#wheel), fromUpstreams: new FitfulLane(this.#wheel) };
    const { promise, resolve } = withResolver<TunnelEnd>();
    const tunnel = joinSockets({
      client: nearClient,
      upstream: nearUpstream,
      clientHead: Buffer.alloc(0),
      upstreamHead: Buffer.alloc(0),
      limits: { ...patient, pingIntervalMs },
      messageLimits: { maxMessageBytes: null },
      lanes,
      onRate: 'slow',
      reservedBits: 'none',
      wheel: this.#wheel,
      onEnd: resolve,
    });
    this.tunnel = tunnel;
    this.ended = promise;
    const [toClient, toUpstream] = [new ReceivedBytes(client), new ReceivedBytes(upstream)];
    this.sides = {
      client: {
        sender: 'client',
        socket: client,
        delivered: toUpstream,
        counted: () => tunnel.fromClient(),
        read: () => nearClient.bytesRead,
        lane: lanes.fromClients,
      },
      upstream: {
        sender: 'upstream',
        socket: upstream,
        delivered: toClient,
        counted: () => tunnel.fromUpstream(),
        read: () => nearUpstream.bytesRead,
        lane: lanes.fromUpstreams,
      },
    };
  }

  static async open(): Promise<OpenTunnel> {
    return new OpenTunnel(await socketPair(), await upstreamPair());
  }

  /**
   * Makes the gateway ping both sides, unless it is closing, or would take one of them for dead: one that sent nothing
   * since the last time.
   */
  ping(): void {
    if (this.tunnel.isClosing) return;
    const { client, upstream } = this.sides;
    const read = { client: client.read(), upstream: upstream.read() };
    const before = this.#readAtPing;
    if (read.client === before.client || read.upstream === before.upstream) return;
    this.#readAtPing = read;
    this.#wheel.advance(pingIntervalMs);
  }

  async destroy(): Promise<void> {
    for (const { socket } of Object.values(this.sides)) socket.destroy();
    await this.ended;
  }
}

/** How to send: what a case wants to know, and to do, on the way. */
export interface SendingPace {
  /** Whether chunks need not wait for the ones before them; they then run together as the system likes. */
  isHurried: () => boolean;
  /** Called after each chunk. */
  onSent: () => void;
}

/** Writes chunk after chunk, each once the tunnel has read the one before it: the tunnel sees these very chunks. */
export async function sendInChunks(
  { socket, read }: TunnelSide,
  chunks: readonly Buffer[],
  { isHurried, onSent }: SendingPace,
): Promise<void> {
  let expected = read();
  for (const chunk of chunks) {
    socket.write(chunk);
    expected += chunk.length;
    await turnsUntil(() => isHurried() || read() >= expected);
    onSent();
  }
}

/** Resolves once the tunnel has counted so many frames of this sender. */
export async function framesCounted({ counted }: TunnelSide, frames: number): Promise<void> {
  await turnsUntil(() => counted().frames >= frames);
}

/** Resolves in the first turn of the event loop in which the condition holds. */
export async function turnsUntil(isMet: () => boolean): Promise<void> {
  const deadline = performance.now() + longestWaitMs;
  while (!isMet()) {
    if (performance.now() > deadline) throw new Error('the tunnel did not read what was sent');
    await nextTurn();
  }
}
