import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child-processes.js';
import { freePort } from './free-port.js';

/** A private Redis of a test, which it may empty, freeze and kill. Nothing is left after `stop`. */
export interface RedisServer {
  url: string;
  /** Stops Redis as an operator would, with its data on disk. `start` keeps the URL. */
  shutDown(): Promise<void>;
  /** Kills Redis; data that is not on disk is lost. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Kills Redis and restarts it without data. */
  restartEmpty(): Promise<void>;
  /** Freezes Redis: connections stay open, and no command is answered. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

const startTimeoutMs = 10_000;
const portAttempts = 5;
const sharedUrl = 'redis://127.0.0.1:6379';

/**
 * Starts a `redis-server` on a free port of 127.0.0.1, with a password if one is given; `options` are added
 * to its command line.
 */
export async function startRedisServer(
  password: string | null = null,
  options: readonly string[] = [],
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'));
  let failure: unknown;
  for (let attempt = 0; attempt < portAttempts; attempt += 1) {
    const server = new OwnRedisServer(await freePort(), folder, password, options);
    try {
      await server.start();
      return server;
    } catch (error) {
      // Another process may take the port between the check and the listen.
      failure = error;
    }
  }
  await rm(folder, { recursive: true, force: true });
  throw failure;
}

/**
 * The URL of a Redis that tests may share, if each uses its own key prefix and cleans up:
 * SLUICE_TEST_REDIS_URL, or else 127.0.0.1:6379 if it answers, or else a private server, which `release`
 * stops.
 */
export async function sharedRedis(): Promise<{ url: string; release: () => Promise<void> }> {
  const nothingToRelease = (): Promise<void> => Promise.resolve();
  const configured = process.env.SLUICE_TEST_REDIS_URL;
  if (configured) return { url: configured, release: nothingToRelease };
  if (await answersPing(6379)) return { url: sharedUrl, release: nothingToRelease };
  const server = await startRedisServer();
  return { url: server.url, release: () => server.stop() };
}

class OwnRedisServer implements RedisServer {
  readonly url: string;
  #process: ChildProcess | null = null;

  constructor(
    private readonly port: number,
    private readonly folder: string,
    private readonly password: string | null,
    private readonly moreOptions: readonly string[],
  ) {
    this.url = `redis://${password === null ? '' : `:${password}@`}127.0.0.1:${String(port)}`;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', ''];
    if (this.password !== null) options.push('--requirepass', this.password);
    options.push(...this.moreOptions);
    const started = startChild('redis-server', options, { stdio: 'ignore' });
    this.#process = started;
    const failed = new Promise<never>((_, reject) => {
      started.once('error', () => reject(new Error(whatToInstall)));
      started.once('exit', (code) =>
        reject(new Error(`redis-server exited at its start with ${String(code)}`)),
      );
    });
    await Promise.race([failed, this.#untilReady()]);
    failed.catch(() => undefined);
  }

  async shutDown(): Promise<void> {
    const gone = this.#gone();
    const socket = connect(this.port, '127.0.0.1').on('error', () => undefined);
    socket.end('SHUTDOWN SAVE\r\n');
    await gone;
  }

  async kill(): Promise<void> {
    const gone = this.#gone();
    this.#process?.kill('SIGKILL');
    await gone;
  }

  async restartEmpty(): Promise<void> {
    await this.kill();
    await rm(join(this.folder, 'dump.rdb'), { force: true });
    await this.start();
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #gone(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    await once(running, 'exit');
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (!(await answersPing(this.port))) {
      if (Date.now() > deadline) throw new Error('redis-server does not answer');
      await delay(10);
    }
  }
}

const whatToInstall =
  'redis-server cannot be started. Run "node scripts/redis-for-tests.mjs", or install redis-server on the PATH.';

async function answersPing(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
  // Destroyed with an error, because otherwise a pending connect would not be notified.
  socket.once('timeout', () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return /^(\+PONG|-NOAUTH)/.test(answer.toString());
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
