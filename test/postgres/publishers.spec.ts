import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ConfigChange } from '#libs/contract';
import { SluiceProcess } from '../support/sluice-process.js';
import { adminToken, testSettings } from '../support/sluice-settings.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { databaseOf, dropDatabaseOf } from '../support/test-database.js';

const leaseAndMore = { timeout: 20_000, interval: 20 };

interface Api {
  program: SluiceProcess;
  url: string;
}

let folder = '';
let redis: RedisServer;
let admin: Redis;
let subscriber: Redis;
let announced: ConfigChange[] = [];
const programs: SluiceProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-publishers-'));
  redis = await startRedisServer();
  admin = new Redis(redis.url);
  announced = [];
  subscriber = admin.duplicate();
  subscriber.on('message', (_channel: string, text: string) => {
    if (text.startsWith('{')) announced.push(JSON.parse(text) as ConfigChange);
  });
  await subscriber.subscribe('sluice:{config}:changes');
});

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  admin.disconnect();
  subscriber.disconnect();
  await redis.stop();
  await dropDatabaseOf(folder);
  await rm(folder, { recursive: true, force: true });
});

test('when the publishing API is killed during a stream of writes, the other API publishes all of them, in order', async () => {
  const [leading, standing] = await startTwo();
  const accepted: string[] = [];
  const write = async (api: Api, slug: string): Promise<void> => {
    if ((await makeTenant(api, slug).catch(() => 0)) === 201) accepted.push(slug);
  };
  const stream = Array.from({ length: 40 }, (_, index) => write(leading, `a${index}`));
  await Promise.race(stream);
  const ended = leading.program.kill();
  for (let index = 0; index < 20; index += 1) await write(standing, `b${index}`);
  await Promise.all([...stream, ended]);
  const revision = await committedRevision(standing);
  expect(accepted.length).toBeGreaterThan(20);
  expect(revision).toBeGreaterThanOrEqual(accepted.length);
  await vi.waitFor(async () => expect(await publishedRevision()).toBe(revision), leaseAndMore);
  expect(await announcedRevisions()).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
  expect(new Set(announced.map(({ epoch }) => epoch)).size).toBe(1);
  expect((await publishedSlugs()).sort()).toEqual(expect.arrayContaining(accepted.sort()));
}, 60_000);

test('an API that was paused while it published changes nothing when it resumes, and becomes a standby', async () => {
  const [leading, standing] = await startTwo();
  expect(await makeTenant(leading, 'before')).toBe(201);
  await vi.waitFor(async () => expect(await publishedRevision()).toBe(1), leaseAndMore);
  leading.program.pause();
  const lead = await admin.get('sluice:{config}:lead');
  expect(await makeTenant(standing, 'meanwhile')).toBe(201);
  await vi.waitFor(async () => expect(await publishedRevision()).toBe(2), leaseAndMore);
  const taken = await admin.get('sluice:{config}:lead');
  expect(taken).not.toBe(lead);
  leading.program.resume();
  for (const slug of ['a', 'b', 'c']) expect(await makeTenant(leading, slug)).toBe(201);
  await vi.waitFor(async () => expect(await publishedRevision()).toBe(5), leaseAndMore);
  expect(await admin.get('sluice:{config}:lead')).toBe(taken);
  expect(await announcedRevisions()).toEqual([1, 2, 3, 4, 5]);
  await vi.waitFor(async () => expect(await isLeading(leading)).toBe(false), leaseAndMore);
  expect(await isLeading(standing)).toBe(true);
}, 60_000);

// The first API publishes, and both know it.
async function startTwo(): Promise<[Api, Api]> {
  const leading = await startApi('one');
  await vi.waitFor(async () => expect(await isLeading(leading)).toBe(true), leaseAndMore);
  const standing = await startApi('other');
  expect(await isLeading(standing)).toBe(false);
  return [leading, standing];
}

async function startApi(name: string): Promise<Api> {
  const program = SluiceProcess.start('api', {
    ...testSettings,
    ...(await databaseOf(folder)),
    SLUICE_DATA_DIR: join(folder, name),
    SLUICE_REDIS_URL: redis.url,
    SLUICE_ADMIN_TOKEN: adminToken,
  });
  programs.push(program);
  return { program, url: (await program.urls()).api };
}

async function makeTenant({ url }: Api, slug: string): Promise<number> {
  const response = await fetch(`${url}/v1/tenants`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ slug }),
  });
  return response.status;
}

async function committedRevision({ url }: Api): Promise<number> {
  const ready = (await (await fetch(`${url}/readyz`)).json()) as { publisher: { committedRevision: number } };
  return ready.publisher.committedRevision;
}

async function isLeading({ url }: Api): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return /^sluice_publisher_leading 1$/m.test(text);
}

async function publishedRevision(): Promise<number> {
  return Number(await admin.hget('sluice:{config}:position', 'revision'));
}

// Everything that was published before this call. A message arrives on another connection than the answer to
// a command, and can be later than it.
async function announcedRevisions(): Promise<number[]> {
  const marker = `after-${performance.now()}`;
  const arrived = new Promise<void>((resolve) => {
    subscriber.on('message', (_channel: string, text: string) => {
      if (text === marker) resolve();
    });
  });
  await admin.publish('sluice:{config}:changes', marker);
  await arrived;
  return announced.map(({ revision }) => revision);
}

async function publishedSlugs(): Promise<string[]> {
  const entries = await admin.hvals('sluice:{config}:entries');
  return entries.map((text) => (JSON.parse(text) as { value: { slug: string } }).value.slug);
}
