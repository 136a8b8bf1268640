import { Socket } from 'node:net';
import {
  joinSockets,
  type ConnectionLanes,
  type RelaySocket,
  type Tunnel,
  type TunnelInput,
} from '#libs/tunnel';
import type { NarrowerLanes } from './engine-addon.js';
import { EngineSocket } from './engine-socket.js';

const nothing = Buffer.alloc(0);
const reservedBitsCodes = { none: 0, perMessageCompressed: 1, any: 2 };
const onRateCodes = { slow: 0, close: 1 };

/** The options of `joinSockets`, which here also accept sockets of the engine. */
export interface JoinInput extends Omit<TunnelInput, 'client' | 'upstream'> {
  client: RelaySocket | EngineSocket;
  upstream: RelaySocket | EngineSocket;
  /** Whole lines for the 101 that ended an exchange of the upstream, which the client gets with the join. */
  extraFields?: string | undefined;
}

/** The length of `JoinNumbers` in libs/engine/native/src/addon/binding_connections.cc. */
export const joinNumbers = 8;

/** Writes the limits of a connection in the layout of `JoinNumbers`. */
export function writeJoinNumbers(
  numbers: Float64Array,
  { limits, messageLimits, reservedBits, onRate }: JoinInput,
): void {
  numbers[0] = limits.idleMs ?? Infinity;
  numbers[1] = limits.maxLifetimeMs ?? Infinity;
  numbers[2] = limits.pingIntervalMs ?? Infinity;
  numbers[3] = limits.closeTimeoutMs;
  numbers[4] = limits.halfOpenTimeoutMs;
  numbers[5] = messageLimits.maxMessageBytes ?? Infinity;
  numbers[6] = reservedBitsCodes[reservedBits];
  numbers[7] = onRateCodes[onRate];
}

/** The memory of the lanes of the tenant, and of the others, in the order in which the engine takes them. */
export function lanesToJoin({ fromClients, fromUpstreams }: ConnectionLanes): {
  fromClient: Float64Array;
  fromUpstream: Float64Array;
  narrower: NarrowerLanes | undefined;
} {
  const ofTenant = fromClients.length - 1;
  const [client, upstream] = [fromClients[ofTenant], fromUpstreams[ofTenant]];
  if (!client || !upstream) throw new Error('a connection needs the lanes of its tenant');
  return {
    fromClient: client.memory,
    fromUpstream: upstream.memory,
    narrower: narrowerLanes({ fromClients, fromUpstreams }),
  };
}

/** Undefined: only the rates of the tenant limit the connection. */
export function narrowerLanes({ fromClients, fromUpstreams }: ConnectionLanes): NarrowerLanes | undefined {
  if (fromClients.length === 1) return undefined;
  return fromClients
    .slice(0, -1)
    .flatMap((lane, index) => [lane, fromUpstreams[index] ?? lane])
    .map(({ memory }) => memory);
}

/** The bytes of one side before the join: `head`, and those that its socket has read since. */
export function joinedHead(head: Buffer, socket: RelaySocket | EngineSocket): Buffer {
  const unread = unreadOf(socket);
  return unread.length === 0 ? head : Buffer.concat([head, unread]);
}

function unreadOf(socket: RelaySocket | EngineSocket): Buffer {
  if (socket instanceof EngineSocket) return socket.takeHeld();
  const unread: unknown = socket.read();
  return unread instanceof Uint8Array ? Buffer.from(unread) : nothing;
}

/** Joins two sockets without native code. */
export function joinInTypeScript({ client, upstream, ...others }: JoinInput): Tunnel {
  return joinSockets({ client: nodeSocketOf(client), upstream: nodeSocketOf(upstream), ...others });
}

// A socket that is gone has closed, so its tunnel ends at once.
function nodeSocketOf(socket: RelaySocket | EngineSocket): RelaySocket {
  if (!(socket instanceof EngineSocket)) return socket;
  return socket.toNodeSocket() ?? new Socket().destroy();
}
