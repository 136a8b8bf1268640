import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, vi } from 'vitest';
import { startChild } from './child-processes.js';
import { freePort } from './free-port.js';
import { longWait } from './long-wait.js';
import { startRedisServer, type RedisServer } from './redis-server.js';

/** A private primary, replica, and sentinel that promotes the replica when the primary fails. */
export interface RedisSentinels {
  /** The `redis+sentinel:` URL; it lists an unreachable sentinel before the running one. */
  url: string;
  primary: RedisServer;
  replica: RedisServer;
  stop(): Promise<void>;
}

const name = 'sluice-primary';

export async function startRedisSentinels(): Promise<RedisSentinels> {
  const primary = await startRedisServer(null, ['--repl-diskless-sync-delay', '0']);
  const replicaOf = ['--replicaof', '127.0.0.1', new URL(primary.url).port];
  const replica = await startRedisServer(null, replicaOf);
  await vi.waitFor(async () => {
    expect(await informationOf(replica.url, 'replication')).toMatch(/master_link_status:up/);
  }, longWait);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-sentinel-'));
  const port = await freePort();
  const sentinel = await startSentinel(folder, port, new URL(primary.url).port);
  const stop = async (): Promise<void> => {
    const gone = once(sentinel, 'exit');
    sentinel.kill('SIGKILL');
    await gone;
    await Promise.all([primary.stop(), replica.stop(), rm(folder, { recursive: true, force: true })]);
  };
  // Before that, the sentinel has no replica to promote.
  await vi.waitFor(async () => {
    expect(await informationOf(`redis://127.0.0.1:${port}`, 'sentinel')).toMatch(/status=ok,[^\n]*slaves=1/);
  }, longWait);
  const hosts = `127.0.0.1:${await freePort()},127.0.0.1:${port}`;
  return { url: `redis+sentinel://${hosts}/${name}`, primary, replica, stop };
}

async function startSentinel(folder: string, port: number, primaryPort: string): Promise<ChildProcess> {
  const file = join(folder, 'sentinel.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${name} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  return startChild('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
}

async function informationOf(url: string, section: string): Promise<string> {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  });
  redis.on('error', () => undefined);
  try {
    return await redis.info(section);
  } finally {
    redis.disconnect();
  }
}
