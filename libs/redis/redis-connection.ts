import { withJitter, backoffMs } from '#libs/async';
import { parseRedisUrl } from '#libs/settings';
import type { Logger } from './logger.js';
import { createRedisClient, type Redis, type RedisClient } from './redis-client.js';
import { RedisError } from './redis-error.js';
import type { RedisScript } from './redis-script.js';

export type { ChainableCommander } from 'ioredis';
export type { Redis } from './redis-client.js';

export interface RedisConnectionOptions {
  url: string;
  logger: Logger;
  /** The name in errors, as in `the configuration bus`. */
  bus: string;
  /** The purpose of the connection, in log lines and in CLIENT LIST of Redis. */
  name: string;
  /**
   * A key whose slot of a cluster contains all keys that this connection uses. Without one the keys may be
   * anywhere, and there are neither transactions nor subscriptions.
   */
  slotKey?: string;
  /**
   * The timeout of one exchange of small messages; 5,000 by default. It is six times as long for megabytes.
   */
  timeoutMs?: number;
  /** Called each time Redis can be reached again. */
  onReconnect?: () => void;
}

const defaultTimeoutMs = 5000;
// 100,000 routes are some 67 MB, which take seconds on a slow network.
const bulkTimeoutFactor = 6;
const firstRetryMs = 50;
const maxRetryMs = 2000;

/**
 * One connection to Redis that fails fast: it queues nothing while Redis is down, sends nothing twice, and
 * each operation has a timeout. It connects on first use, and reconnects by itself until it is closed.
 */
export class RedisConnection {
  readonly #redis: RedisClient;
  readonly #timeoutMs: number;
  readonly #scripts = new Set<string>();
  #lastError = 'not connected';
  #isAway = false;
  #isClosed = false;
  #isResetting = false;
  #failedAttempts = 0;
  #corked: RedisClient['stream'] | null = null;
  #nextAttempt: NodeJS.Timeout | undefined;
  /** Settles with the current connection attempt; null if no operation waits for it. */
  #attempt: Promise<void> | null = null;

  constructor(private readonly options: RedisConnectionOptions) {
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.#redis = createRedisClient(parseRedisUrl(options.url), {
      name: options.name,
      timeoutMs: this.#timeoutMs,
      slotKey: options.slotKey ?? null,
      retryDelayMs,
    });
    this.#redis.on('error', (error: Error) => this.#noticeAway(error.message));
    this.#redis.on('close', () => {
      this.#isResetting = false;
      this.#noticeAway(closedReason);
    });
    this.#redis.on('connect', () => {
      this.#isResetting = false;
      this.#watchHandshake();
    });
    this.#redis.on('ready', () => this.#noticeReady());
    this.#redis.on('end', () => this.#connectLater());
  }

  /**
   * Runs an operation. Rejects with a RedisError at once when Redis is down, and after the timeout when it
   * does not answer; then it reconnects, since late answers would be matched to the wrong commands.
   */
  run<Result>(operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    return this.#runWithin(this.#timeoutMs, operation);
  }

  /** Like `run`, for an operation that transfers megabytes. */
  runBulk<Result>(operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    return this.#runWithin(this.#timeoutMs * bulkTimeoutFactor, operation);
  }

  /** Like `run`, for a Lua script. ioredis sends its hash, and its text if the server does not have it. */
  runScript(
    script: RedisScript,
    keys: readonly string[],
    values: readonly (string | number)[],
  ): Promise<unknown> {
    const { name, lua } = script;
    if (!this.#scripts.has(name)) {
      this.#redis.defineCommand(name, { lua });
      this.#scripts.add(name);
    }
    return this.run((redis) => {
      const command: unknown = Reflect.get(redis, name);
      if (typeof command !== 'function') throw new Error(`there is no command ${name}`);
      return Promise.resolve<unknown>(Reflect.apply(command, redis, [keys.length, ...keys, ...values]));
    });
  }

  /** Receives the messages of the channels to which this connection has subscribed. */
  onMessage(listener: (message: string, channel: string) => void): void {
    this.#redis.on('message', (channel: string, message: string) => listener(message, channel));
  }

  /** Drops the connection and reconnects. Further calls have no effect until the connection is gone. */
  reset(): void {
    if (this.#isResetting) return;
    this.#isResetting = true;
    this.#redis.disconnect(true);
  }

  /** Resolves when the connection is gone. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#nextAttempt);
    const isOpen = ['connecting', 'connect', 'ready'].includes(this.#redis.status);
    const ended = new Promise<void>((resolve) => this.#redis.once('end', () => resolve()));
    this.#redis.disconnect();
    if (isOpen) await ended;
  }

  #runWithin<Result>(timeoutMs: number, operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let isSettled = false;
      const settle = (): void => {
        isSettled = true;
        clearTimeout(timer);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(new RedisError(this.options.bus, reasonOf(error)));
      };
      const giveUp = (): void => {
        if (isSettled) return;
        this.reset();
        fail(new Error(`no answer within ${timeoutMs} ms`));
      };
      // The answer may have arrived while this process was busy: timers run before sockets are read,
      // immediates after.
      const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);
      this.#startWhenReady(operation).then((result) => {
        settle();
        resolve(result);
      }, fail);
    });
  }

  // Without an extra promise, since every admission calls this.
  #startWhenReady<Result>(operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    if (this.#redis.status === 'ready') return this.#start(operation);
    return this.#whenReady().then(() => this.#start(operation));
  }

  async #start<Result>(operation: (redis: Redis) => Promise<Result>): Promise<Result> {
    this.#corkForThisTurn();
    return operation(this.#redis);
  }

  // Sends all commands of one turn of the event loop in one write, such as those of many admissions. In a
  // cluster each node has its own socket.
  #corkForThisTurn(): void {
    const { stream } = this.#redis;
    if (!stream || this.#corked === stream) return;
    this.#corked = stream;
    stream.cork();
    process.nextTick(() => {
      if (this.#corked === stream) this.#corked = null;
      stream.uncork();
    });
  }

  async #whenReady(): Promise<void> {
    const redis = this.#redis;
    if (redis.status === 'ready') return;
    if (redis.status === 'wait' && !this.#isClosed) void redis.connect().catch(() => undefined);
    const isConnecting = redis.status === 'connecting' || redis.status === 'connect';
    if (this.#isClosed || !isConnecting) throw new Error(this.#lastError);
    this.#attempt ??= new Promise((resolve, reject) => {
      const settle = (): void => {
        for (const event of outcomes) redis.off(event, settle);
        this.#attempt = null;
        if (redis.status === 'ready') resolve();
        else reject(new Error(this.#lastError));
      };
      for (const event of outcomes) redis.on(event, settle);
    });
    await this.#attempt;
  }

  // ioredis bounds the TCP handshake only: a frozen Redis accepts the connection and then does not answer.
  #watchHandshake(): void {
    const timer = setTimeout(() => this.reset(), this.#timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      for (const event of outcomes) this.#redis.off(event, settle);
    };
    for (const event of outcomes) this.#redis.on(event, settle);
  }

  // ioredis does not retry if it cannot find the server, since no sentinel or no node of the cluster answers.
  #connectLater(): void {
    this.#isResetting = false;
    if (this.#isClosed) return;
    this.#failedAttempts += 1;
    const connect = (): void => void this.#redis.connect().catch(() => undefined);
    this.#nextAttempt = setTimeout(connect, retryDelayMs(this.#failedAttempts));
  }

  #noticeAway(reason: string): void {
    // "close" follows an error with more detail.
    if (!this.#isAway || reason !== closedReason) this.#lastError = reason;
    if (this.#isAway || this.#isClosed) return;
    this.#isAway = true;
    this.options.logger.warn({ connection: this.options.name, reason }, 'Redis cannot be reached');
  }

  #noticeReady(): void {
    this.#failedAttempts = 0;
    if (!this.#isAway) return;
    this.#isAway = false;
    this.options.logger.info({ connection: this.options.name }, 'Redis can be reached again');
    this.options.onReconnect?.();
  }
}

// The events that end an attempt to connect.
const outcomes = ['ready', 'close', 'end'];
const closedReason = 'the connection was closed';

function retryDelayMs(attempts: number): number {
  return withJitter(backoffMs(attempts, firstRetryMs, maxRetryMs));
}

// The error of a refused transaction has the reason in the errors of its commands.
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const previous: unknown = 'previousErrors' in error ? error.previousErrors : undefined;
  const first: unknown = Array.isArray(previous) ? previous[0] : undefined;
  return first instanceof Error ? first.message : error.message;
}
