import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FrameSender, Tunnel, TunnelCounters, TunnelEnd, TunnelInput } from '#libs/tunnel';
import { TrafficLane } from '../../libs/tunnel/traffic-lane.js';
import { socketPair, upstreamPair } from '../support/socket-pair.js';
import type { TunnelFactory, TunnelImplementation } from '../support/tunnel-implementations.js';
import { deferred } from '../support/deferred.js';
import { FitfulRate, type FitfulLanes } from './fitful-rate.js';
import { ReceivedBytes } from './received-bytes.js';

const maxWaitMs = 15_000;
// Far longer than a run, so that only an advanced clock makes a ping due.
const pingIntervalMs = 1_000_000_000;
// The clock is a sum of fractions, so an advance by the interval alone may end just before a ping is due. The
// next step of a rate would then send it.
const roundingMs = 1;
// Longer than the time by which the rates of a run advance the clock.
const timeoutMs = 100_000_000;

/** One sender's side of a tunnel between real sockets. */
export interface TunnelSide {
  sender: FrameSender;
  socket: Socket;
  /** The bytes that the other side receives. */
  delivered: ReceivedBytes;
  /** The counters of the tunnel for this sender. */
  counted: () => TunnelCounters;
  /** The rate of this sender. */
  rate: FitfulRate;
}

type Options = Partial<Pick<TunnelInput, 'clientHead' | 'upstreamHead' | 'messageLimits'>>;

/** A tunnel between real sockets, both of which are read continuously. */
export class OpenTunnel {
  readonly sides: Record<FrameSender, TunnelSide>;
  readonly tunnel: Tunnel;
  readonly ended: Promise<TunnelEnd>;
  readonly #factory: TunnelFactory;
  #readAtPing = { client: 0, upstream: 0 };

  private constructor(
    factory: TunnelFactory,
    [client, nearClient]: readonly [Socket, Socket],
    [nearUpstream, upstream]: readonly [Socket, Socket],
    options: Options,
  ) {
    const twoLanes = (): FitfulLanes => ({
      messages: new TrafficLane(factory.wheel),
      bytes: new TrafficLane(factory.wheel),
    });
    const lanes = { fromClients: twoLanes(), fromUpstreams: twoLanes() };
    const { promise, resolve } = deferred<TunnelEnd>();
    const tunnel = factory.join({
      client: nearClient,
      upstream: nearUpstream,
      clientHead: Buffer.alloc(0),
      upstreamHead: Buffer.alloc(0),
      limits: {
        idleMs: null,
        maxLifetimeMs: null,
        pingIntervalMs,
        closeTimeoutMs: timeoutMs,
        halfOpenTimeoutMs: timeoutMs,
      },
      messageLimits: { maxMessageBytes: null },
      lanes: {
        fromClients: Object.values(lanes.fromClients),
        fromUpstreams: Object.values(lanes.fromUpstreams),
      },
      onRate: 'slow',
      reservedBits: 'none',
      ...options,
      listener: { onEnd: resolve },
    });
    this.#factory = factory;
    this.tunnel = tunnel;
    this.ended = promise;
    const [toClient, toUpstream] = [new ReceivedBytes(client), new ReceivedBytes(upstream)];
    this.sides = {
      client: {
        sender: 'client',
        socket: client,
        delivered: toUpstream,
        counted: () => tunnel.fromClient(),
        rate: new FitfulRate(lanes.fromClients, factory),
      },
      upstream: {
        sender: 'upstream',
        socket: upstream,
        delivered: toClient,
        counted: () => tunnel.fromUpstream(),
        rate: new FitfulRate(lanes.fromUpstreams, factory),
      },
    };
  }

  static async open(implementation: TunnelImplementation, options: Options = {}): Promise<OpenTunnel> {
    const [clients, upstreams] = [await socketPair(), await upstreamPair()];
    return new OpenTunnel(implementation.createFactory(), clients, upstreams, options);
  }

  /**
   * Makes the gateway ping both sides, unless it is closing, or would consider a side dead because it has
   * sent nothing since the last ping.
   */
  ping(): void {
    if (this.tunnel.isClosing) return;
    const { client, upstream } = this.sides;
    const read = {
      client: client.counted().bytesReceived,
      upstream: upstream.counted().bytesReceived,
    };
    const before = this.#readAtPing;
    if (read.client === before.client || read.upstream === before.upstream) return;
    this.#readAtPing = read;
    this.#factory.advanceClock(pingIntervalMs + roundingMs);
  }

  async destroy(): Promise<void> {
    for (const { socket, rate } of Object.values(this.sides)) {
      rate.stop();
      socket.destroy();
    }
    await this.ended;
    await this.#factory.close();
  }
}

/** The pace of sending, and a hook between chunks. */
export interface SendingPace {
  /** Whether chunks are written before the previous ones are read; the system may then merge them. */
  isHurried: () => boolean;
  /** Called after each chunk. */
  onSent: () => void;
}

/**
 * Writes each chunk once the tunnel has read the previous one, so that the tunnel reads exactly these chunks.
 */
export async function sendInChunks(
  { socket, counted }: TunnelSide,
  chunks: readonly Buffer[],
  { isHurried, onSent }: SendingPace,
): Promise<void> {
  const read = (): number => counted().bytesReceived;
  let expected = read();
  for (const chunk of chunks) {
    socket.write(chunk);
    expected += chunk.length;
    await turnsUntil(() => isHurried() || read() >= expected);
    onSent();
  }
}

/** Resolves once the tunnel has counted this number of frames of this sender. */
export async function framesCounted({ counted }: TunnelSide, frames: number): Promise<void> {
  await turnsUntil(() => counted().frames >= frames);
}

/** Resolves in the first turn of the event loop in which the condition holds. */
export async function turnsUntil(isMet: () => boolean): Promise<void> {
  const deadline = performance.now() + maxWaitMs;
  while (!isMet()) {
    if (performance.now() > deadline) throw new Error('the tunnel did not read the bytes in time');
    await nextTurn();
  }
}
