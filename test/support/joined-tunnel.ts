import { expect, onTestFinished, vi } from 'vitest';
import type { Socket } from 'node:net';
import {
  TimingWheel,
  TrafficTable,
  type ConnectionLanes,
  type FrameSender,
  type RateOwners,
  type Tunnel,
  type TunnelCounters,
  type TunnelEnd,
  type TunnelInput,
  type TunnelLimits,
} from '#libs/tunnel';
import { closeFrame } from '../../libs/tunnel/own-frames.js';
import type { LaneRates, TrafficLane } from '../../libs/tunnel/traffic-lane.js';
import { longWait } from './long-wait.js';
import { socketPair, upstreamPair } from './socket-pair.js';
import {
  tunnelImplementations,
  type TunnelFactory,
  type TunnelImplementation,
} from './tunnel-implementations.js';
import { deferred } from './deferred.js';

export const patient: TunnelLimits = {
  idleMs: null,
  maxLifetimeMs: null,
  pingIntervalMs: null,
  closeTimeoutMs: 10_000,
  halfOpenTimeoutMs: 10_000,
};

export interface Joined {
  /** The client's end of its connection, and the upstream's. */
  client: Socket;
  upstream: Socket;
  /**
   * The gateway's ends of both connections. The native engine duplicates their descriptors, and closes the
   * duplicates.
   */
  near: Record<FrameSender, Socket>;
  tunnel: Tunnel;
  ended: Promise<TunnelEnd>;
}

export type JoinOptions = Pick<
  TunnelInput,
  'clientHead' | 'upstreamHead' | 'reservedBits' | 'messageLimits' | 'lanes' | 'onRate'
>;

type Tunneled = Pick<Joined, 'tunnel' | 'ended'>;

interface TunnelUnderTest {
  name: string;
  /** A tunnel between real sockets, all of which are closed at the end of the test. */
  join: (
    limits: TunnelLimits,
    options?: Partial<JoinOptions>,
    upstreamSocket?: { isTls?: boolean },
  ) => Promise<Joined>;
  /** The same between the given sockets of the gateway. */
  tunnelBetween: (near: Joined['near'], limits: TunnelLimits, options?: Partial<JoinOptions>) => Tunneled;
}

/** Each implementation of `Tunnel`. */
export const tunnelsUnderTest = tunnelImplementations.map((implementation): TunnelUnderTest => {
  const factoryOfTest = oneForEachTest(implementation);
  const tunnelBetween = (near: Joined['near'], limits: TunnelLimits, options = {}): Tunneled => {
    const { promise: ended, resolve: onEnd } = deferred<TunnelEnd>();
    const listener = { onEnd };
    return { tunnel: factoryOfTest().join({ ...tunnelInput(limits), ...options, ...near, listener }), ended };
  };
  return {
    name: implementation.name,
    tunnelBetween,
    join: async (limits, options, upstreamSocket) => {
      const [client, nearClient] = await socketPair();
      const [nearUpstream, upstream] = await upstreamPair(upstreamSocket);
      const near = { client: nearClient, upstream: nearUpstream };
      const tunneled = tunnelBetween(near, limits, options);
      onTestFinished(() => {
        for (const socket of [client, nearClient, nearUpstream, upstream]) socket.destroy();
      });
      return { client, upstream, near, ...tunneled };
    },
  };
});

/** The tunnels of a test share one factory, which is closed after their sockets. */
function oneForEachTest(implementation: TunnelImplementation): () => TunnelFactory {
  let current: TunnelFactory | null = null;
  return () => {
    if (current) return current;
    const factory = implementation.createFactory();
    onTestFinished(async () => {
      current = null;
      await factory.close();
    });
    return (current = factory);
  };
}

/** The wheel of the lanes of all tests. */
export const wheel = new TimingWheel();

export const unlimited: LaneRates = { messagesPerSecond: null, bytesPerSecond: null };

/** The lanes of a tenant with these rates, for any number of tunnels. */
export function lanesWith(rates: LaneRates): {
  lanes: ConnectionLanes;
  /** Those of the tenant in `lanes`. */
  ofTenant: Record<keyof ConnectionLanes, TrafficLane>;
  setRates: (rates: LaneRates) => void;
} {
  const table = new TrafficTable(wheel);
  const lanes = table.join(ownersWith({ tenant: rates }));
  const [fromClients] = lanes.fromClients;
  const [fromUpstreams] = lanes.fromUpstreams;
  if (!fromClients || !fromUpstreams) throw new Error('the tenant has no lanes');
  const ofTenant = { fromClients, fromUpstreams };
  return { lanes, ofTenant, setRates: (changed) => table.setRates('ten_a', changed) };
}

/** A tenant, a route and a key with these rates. */
export function ownersWith({
  tenant = unlimited,
  route = unlimited,
  apiKey = unlimited,
}: Partial<Record<keyof RateOwners, LaneRates | null>>): RateOwners {
  return {
    tenant: { id: 'ten_a', rates: tenant },
    route: { id: 'rte_a', rates: route },
    apiKey: { id: 'key_a', rates: apiKey },
  };
}

/** The options of a tunnel besides its sockets, without limits of the tenant. */
export function tunnelInput(
  limits: TunnelLimits,
): Omit<TunnelInput, 'client' | 'upstream' | 'wheel' | 'listener'> {
  const none = Buffer.alloc(0);
  const { lanes } = lanesWith(unlimited);
  return {
    clientHead: none,
    upstreamHead: none,
    limits,
    messageLimits: { maxMessageBytes: null },
    lanes,
    onRate: 'slow',
    reservedBits: 'none',
  };
}

/** Resolves when the gateway has read the FIN of this side. */
export async function untilFinRead({ near }: Joined, side: FrameSender): Promise<void> {
  await vi.waitFor(() => expect(near[side].readableEnded || near[side].destroyed).toBe(true), longWait);
}

/** A binary message in one frame of a client; its mask is zero, so that the payload stays readable. */
export function clientFrame(payload: string | Buffer): Buffer {
  return frame(payload, Buffer.alloc(4));
}

export function upstreamFrame(payload: string | Buffer): Buffer {
  return frame(payload, Buffer.alloc(0));
}

/** The same, from either side. */
export function messageFrom(side: FrameSender, payload: string | Buffer): Buffer {
  return side === 'client' ? clientFrame(payload) : upstreamFrame(payload);
}

/** A close frame from this side. */
export function closeFrom(side: FrameSender, code: number): Buffer {
  return closeFrame(code, '', otherSide(side));
}

export function otherSide(side: FrameSender): FrameSender {
  return side === 'client' ? 'upstream' : 'client';
}

/** The counters of the tunnel for this side. */
export function countersOf({ tunnel }: Pick<Joined, 'tunnel'>, side: FrameSender): TunnelCounters {
  return side === 'client' ? tunnel.fromClient() : tunnel.fromUpstream();
}

function frame(payload: string | Buffer, mask: Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const maskBit = mask.length > 0 ? 0x80 : 0;
  return Buffer.concat([Buffer.from([0x82]), encodedLength(bytes.length, maskBit), mask, bytes]);
}

// The length in its shortest form (RFC 6455 §5.2).
function encodedLength(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | length]);
  if (length < 65_536) return Buffer.from([maskBit | 126, length >> 8, length & 0xff]);
  const encoded = Buffer.alloc(9);
  encoded[0] = maskBit | 127;
  encoded.writeBigUInt64BE(BigInt(length), 1);
  return encoded;
}

/** Reads exactly this many bytes; later bytes remain for the next read. */
export async function readBytes(
  socket: Socket,
  count: number,
  encoding: BufferEncoding = 'utf8',
): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < count) return;
      socket.off('data', onData);
      socket.pause();
      const bytes = Buffer.concat(chunks);
      if (length > count) socket.unshift(bytes.subarray(count));
      resolve(bytes.toString(encoding, 0, count));
    };
    socket.on('data', onData);
    socket.resume();
  });
}

/** Reads code and reason of the next frame, a short close frame (RFC 6455 §5.5.1). */
export async function closeFramesTo(
  socket: Socket,
  isMasked = false,
): Promise<[code: number, reason: string]> {
  const header = Buffer.from(await readBytes(socket, 2, 'hex'), 'hex');
  expect(header[0]).toBe(0x88);
  expect((header[1] ?? 0) >> 7).toBe(isMasked ? 1 : 0);
  const mask = isMasked ? Buffer.from(await readBytes(socket, 4, 'hex'), 'hex') : Buffer.alloc(4);
  const payload = Buffer.from(await readBytes(socket, (header[1] ?? 0) & 0x7f, 'hex'), 'hex');
  const plain = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return [plain.readUInt16BE(0), plain.toString('utf8', 2)];
}
