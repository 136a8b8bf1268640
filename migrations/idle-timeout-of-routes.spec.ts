import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../test/support/api-under-test.js';
import { longWait } from '../test/support/long-wait.js';
import { IdleTimeoutOfRoutes1764430000000 } from './idle-timeout-of-routes.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

test('routes with the former default lose their idle timeout, others keep it, and gateways get the change', async () => {
  for (const [name, idleMs] of Object.entries({ default: 60_000, short: 5000, none: null })) {
    await makeRoute(name, idleMs);
  }
  await vi.waitFor(() => expect(api.sink.changes).toHaveLength(4), longWait);
  const { sink } = api;
  await api.stop();
  await migrate();
  api = await ApiUnderTest.start({ folder: api.folder, sink });

  const { body } = await api.request('GET', '/v1/tenants/acme/routes');
  expect(body.items).toMatchObject([
    { name: 'default', timeouts: { connectMs: 5000, idleMs: null } },
    { name: 'short', timeouts: { idleMs: 5000 } },
    { name: 'none', timeouts: { idleMs: null } },
  ]);
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  const published = sink.snapshots[1]?.entries.filter(({ kind }) => kind === 'route');
  expect(published?.map(({ value }) => value)).toMatchObject([
    { name: 'default', timeouts: { idleMs: null } },
    { name: 'short', timeouts: { idleMs: 5000 } },
    { name: 'none', timeouts: { idleMs: null } },
  ]);
});

test('without a route that has the former default, gateways do not read the whole snapshot again', async () => {
  await makeRoute('short', 5000);
  await vi.waitFor(() => expect(api.sink.changes).toHaveLength(2), longWait);
  const epoch = api.sink.position?.epoch;
  await api.stop();
  await migrate();
  api = await ApiUnderTest.start({ folder: api.folder, sink: api.sink });
  await makeRoute('another', 5000);
  await vi.waitFor(() => expect(api.sink.position).toEqual({ epoch, revision: 3 }), longWait);
});

function makeRoute(name: string, idleMs: number | null): Promise<unknown> {
  const upstreams = [{ url: 'ws://10.0.0.5' }];
  const fields = { name, match: { path: `/${name}` }, upstreams, timeouts: { idleMs } };
  return api.request('POST', '/v1/tenants/acme/routes', fields);
}

/** Migrates like the first start of this version. */
async function migrate(): Promise<void> {
  const source = new DataSource({ type: 'sqlite', database: join(api.folder, 'sluice.db') });
  const database = await source.initialize();
  await new IdleTimeoutOfRoutes1764430000000().up(database.createQueryRunner());
  await database.destroy();
}
