import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startChild } from '../support/child-processes.js';
import { freePort } from '../support/free-port.js';
import { longWait } from '../support/long-wait.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';

// A pipe buffers 64 KiB, and a log line has about 400 bytes.
const requests = 1000;
const main = fileURLToPath(new URL('../../dist/apps/gateway/main.js', import.meta.url));

let folder: string;
let redis: RedisServer;
let gateway: ChildProcess;
let port: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-stalled-log-'));
  redis = await startRedisServer();
  port = await freePort();
  const env = {
    PATH: process.env['PATH'] ?? '',
    SLUICE_REDIS_URL: redis.url,
    SLUICE_DATA_DIR: folder,
    SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}`,
    SLUICE_MAX_PENDING_PER_ADDRESS: '0',
    SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
  };
  // The pipe is not read.
  gateway = startChild(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
});

afterEach(async () => {
  const ended = once(gateway, 'exit');
  gateway.kill('SIGKILL');
  await ended;
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a gateway whose log is not read keeps answering', async () => {
  const statusOf = async (): Promise<number> => (await rawRequest(port, upgradeRequest('/'))).status;
  await vi.waitFor(async () => expect(await statusOf()).toBe(503), longWait);
  for (let sent = 0; sent < requests; sent += 1) expect(await statusOf()).toBe(503);
}, 180_000);
