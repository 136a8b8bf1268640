import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { ConfigStateEntity, configStateId } from './entities/config-state.entity.js';
import { TenantEntity } from './entities/tenant.entity.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('on a full disk writes are answered with 503 and reads succeed; writes succeed again once there is room', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await limitPages(1);
  const statuses = new Set<number>();
  for (let index = 0; index < 40; index += 1) {
    const answer = await makeBulkyRoute(index);
    statuses.add(answer.status);
    if (answer.status === 503) expect(answer.body.code).toBe('storage_unavailable');
  }
  expect(statuses).toContain(503);
  expect(statuses.has(500)).toBe(false);
  const full = await api.revision();
  expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(200);
  await limitPages(1_000_000);
  expect((await makeBulkyRoute(100)).status).toBe(201);
  expect(await api.revision()).toBe(full + 1);
  await api.published(full + 1);
});

test('the readiness check writes to the disk', async () => {
  const walSize = async (): Promise<number> => (await stat(join(api.folder, 'sluice.db-wal'))).size;
  const before = await walSize();
  expect((await api.request('GET', '/readyz')).status).toBe(200);
  expect(await walSize()).toBeGreaterThan(before);
  expect(await api.revision()).toBe(0);
});

test('writes are answered with 503 while another process locks the database, and succeed once it is unlocked', async () => {
  let free = (): void => undefined;
  const isFree = new Promise<void>((resolve) => {
    free = resolve;
  });
  const other = await ApiUnderTest.start({ folder: api.folder });
  const held = other.database.write(() => isFree);
  const answer = await api.request('POST', '/v1/tenants', { slug: 'acme' });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  free();
  await held;
  expect((await api.request('POST', '/v1/tenants', { slug: 'acme' })).status).toBe(201);
  await other.stop();
}, 20_000);

test('a read never sees uncommitted rows', async () => {
  const tenant = {
    id: 'ten_x',
    slug: 'x',
    name: 'x',
    labels: {},
    status: 'active',
    limits: {},
    quota: {},
    createdAt: '',
    updatedAt: '',
  };
  const seen = await api.database.write(async (manager) => {
    await manager.insert(TenantEntity, { ...tenant, status: 'active' });
    return api.database.read.countBy(TenantEntity, { id: 'ten_x' });
  });
  expect(seen).toBe(0);
  expect(await api.database.read.countBy(TenantEntity, { id: 'ten_x' })).toBe(1);
});

test('a failed transaction is rolled back and does not block others', async () => {
  const failing = api.database.write(async (manager) => {
    await manager.delete(ConfigStateEntity, { id: configStateId });
    throw new Error('on purpose');
  });
  const next = api.request('POST', '/v1/tenants', { slug: 'acme' });
  await expect(failing).rejects.toThrow('on purpose');
  expect((await next).status).toBe(201);
});

test('the files of the database are readable by their owner only', async () => {
  for (const file of ['sluice.db', 'sluice.db-wal', 'sluice.db-shm']) {
    expect((await stat(join(api.folder, file))).mode & 0o777).toBe(0o600);
  }
});

test('the database is durable at each commit and checks foreign keys', async () => {
  const read = (pragma: string): Promise<unknown> =>
    api.database.write((manager) => manager.query<unknown>(`PRAGMA ${pragma}`));
  expect(await read('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await read('synchronous')).toEqual([{ synchronous: 2 }]);
  expect(await read('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
});

// SQLite raises a limit below the number of pages in use to that number.
function limitPages(pages: number): Promise<unknown> {
  return api.database.write((manager) => manager.query(`PRAGMA max_page_count = ${pages}`));
}

function makeBulkyRoute(index: number): ReturnType<ApiUnderTest['request']> {
  const path = `/${index}/${'x'.repeat(1000)}`;
  const set = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`X-${n}`, 'y'.repeat(4000)]));
  const body = { match: { path }, upstreams: [{ url: 'ws://10.0.0.5' }], requestHeaders: { set } };
  return api.request('POST', '/v1/tenants/acme/routes', body);
}
