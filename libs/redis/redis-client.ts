import type { EventEmitter } from 'node:events';
import { Cluster, Redis as IoRedis, type RedisCommander, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisTls } from '#libs/settings';
import { slotConnector } from './slot-connector.js';

/** The commands, and transactions on keys of one slot. */
export type Redis = RedisCommander & Pick<IoRedis, 'multi'>;

/** The part of ioredis that a connection uses, for a server, sentinels and a cluster alike. */
export type RedisClient = Redis &
  Pick<EventEmitter, 'on' | 'once' | 'off'> &
  Pick<IoRedis, 'defineCommand'> & {
    readonly status: string;
    connect(): Promise<unknown>;
    disconnect(reconnect?: boolean): void;
  };

export interface RedisClientOptions {
  /** In Redis' own CLIENT LIST. */
  name: string;
  /** For each step of connecting. */
  timeoutMs: number;
  /** A key in whose slot all is that the client touches; null: keys are in many slots. */
  slotKey: string | null;
  retryDelayMs: (attempts: number) => number;
}

/**
 * The one place where an ioredis client is made. It queues nothing, sends nothing twice, and subscribes to nothing by itself; it
 * connects when it is told. After `end` it does not come back by itself.
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
        // Their silence is an error, and not a state of connecting in which everybody waits.
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

// Each node has a connection that is made when a command is for it. One that is lost fails what was asked, as it does with a
// single server: ioredis would send it again, and a slot would be taken twice.
function createCluster(address: RedisAddress, options: RedisClientOptions): RedisClient {
  return new Cluster([...address.endpoints], {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryDelayOnFailover: 0,
    slotsRefreshTimeout: options.timeoutMs,
    clusterRetryStrategy: options.retryDelayMs,
    // Names stay names, since certificates have those.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: sharedOptions(address, options),
  });
}

function singleOptions(address: RedisAddress, options: RedisClientOptions): RedisOptions {
  return {
    ...sharedOptions(address, options),
    lazyConnect: true,
    enableOfflineQueue: false,
    // The owner subscribes again itself, so that it knows when that is done.
    autoResubscribe: false,
    retryStrategy: options.retryDelayMs,
    // It is the wrong server by now: another one is the primary, or has the slot.
    reconnectOnError: ({ message }) => /^(?:MOVED|READONLY|CLUSTERDOWN)\b/.test(message),
  };
}

function sharedOptions(address: RedisAddress, { name, timeoutMs }: RedisClientOptions): RedisOptions {
  return {
    connectionName: `sluice-${name}`,
    connectTimeout: timeoutMs,
    keepAlive: 10_000,
    disconnectTimeout: 500,
    // An EXEC that was sent again on a new connection would have lost its WATCH.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    ...credentialsOf(address),
  };
}

/** Of a connection that asks one question and ends. */
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
