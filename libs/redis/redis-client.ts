import type { EventEmitter } from 'node:events';
import { Cluster, Redis as IoRedis, type RedisCommander, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisTls } from '#libs/settings';
import { slotConnector } from './slot-connector.js';

/** The commands of Redis, and transactions on keys of one slot. */
export type Redis = RedisCommander & Pick<IoRedis, 'multi'>;

/** The part of ioredis that a connection uses, for a server, sentinels and a cluster alike. */
export type RedisClient = Redis &
  Pick<EventEmitter, 'on' | 'once' | 'off'> &
  Pick<IoRedis, 'defineCommand'> & {
    readonly status: string;
    /** The socket to the server; undefined for a cluster, which has a socket for each node. */
    readonly stream?: IoRedis['stream'];
    connect(): Promise<unknown>;
    disconnect(reconnect?: boolean): void;
  };

export interface RedisClientOptions {
  /** The name in CLIENT LIST of Redis. */
  name: string;
  /** The timeout of each step of connecting. */
  timeoutMs: number;
  /** A key whose slot contains all keys that the client uses; null: they are in many slots. */
  slotKey: string | null;
  retryDelayMs: (attempts: number) => number;
}

/**
 * The one place where an ioredis client is created. It queues nothing, sends nothing twice, does not
 * resubscribe, and connects on demand. After `end` it does not reconnect.
 */
export function createRedisClient(address: RedisAddress, options: RedisClientOptions): RedisClient {
  const single = singleOptions(address, options);
  switch (address.kind) {
    case 'server': {
      const [endpoint] = address.endpoints;
      return new IoRedis({ ...single, ...endpoint, db: address.database });
    }
    case 'sentinel':
      return new IoRedis({
        ...single,
        sentinels: address.endpoints,
        name: address.primary,
        db: address.database,
        ...(address.sentinel.username !== null && { sentinelUsername: address.sentinel.username }),
        ...(address.sentinel.password !== null && { sentinelPassword: address.sentinel.password }),
        ...(address.tls && { sentinelTLS: tlsOptions(address.tls), enableTLSForSentinelMode: true }),
        sentinelCommandTimeout: options.timeoutMs,
        // Without an answer of the sentinels connecting fails at once, instead of blocking all callers.
        sentinelRetryStrategy: () => null,
      });
    case 'cluster':
      if (options.slotKey === null) return createCluster(address, options);
      return new IoRedis({
        ...single,
        Connector: slotConnector(address.endpoints, options.slotKey, probeOptions(address, options)),
      });
  }
}

// Each node has a connection that is opened with the first command for it. A lost connection fails its
// commands, as with a single server: ioredis would send them again, and a slot would be taken twice.
function createCluster(address: RedisAddress, options: RedisClientOptions): RedisClient {
  return new Cluster([...address.endpoints], {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    slotsRefreshTimeout: options.timeoutMs,
    clusterRetryStrategy: options.retryDelayMs,
    // Names are not resolved, since certificates contain them.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: sharedOptions(address, options),
  });
}

function singleOptions(address: RedisAddress, options: RedisClientOptions): RedisOptions {
  return {
    ...sharedOptions(address, options),
    lazyConnect: true,
    enableOfflineQueue: false,
    // The owner of the connection subscribes again, since it must know when that is complete.
    autoResubscribe: false,
    retryStrategy: options.retryDelayMs,
    // Another server is the primary now, or has the slot.
    reconnectOnError: ({ message }) => /^(?:MOVED|READONLY|CLUSTERDOWN)\b/.test(message),
  };
}

function sharedOptions(address: RedisAddress, { name, timeoutMs }: RedisClientOptions): RedisOptions {
  return {
    connectionName: `sluice-${name}`,
    connectTimeout: timeoutMs,
    keepAlive: 10_000,
    disconnectTimeout: 500,
    // An EXEC sent again on a new connection would have lost its WATCH.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    ...credentialsOf(address),
  };
}

/** The options of a connection for a single query. */
function probeOptions(address: RedisAddress, { name, timeoutMs }: RedisClientOptions): RedisOptions {
  return {
    connectionName: `sluice-${name}-place`,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    disconnectTimeout: 500,
    enableReadyCheck: false,
    lazyConnect: true,
    retryStrategy: () => null,
    ...credentialsOf(address),
  };
}

function credentialsOf({ username, password, tls }: RedisAddress): RedisOptions {
  return {
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    ...(tls && { tls: tlsOptions(tls) }),
  };
}

function tlsOptions({ ca, cert, key }: RedisTls): { ca?: string; cert?: string; key?: string } {
  return { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) };
}
