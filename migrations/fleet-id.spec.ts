import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../test/support/api-under-test.js';
import { longWait } from '../test/support/long-wait.js';
import { FleetId1764421000000 } from './fleet-id.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('an older database gets a fleet id, its routes lose Via, and gateways get both', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const set = { 'X-Tenant': 'acme' };
  const requestHeaders = { set, remove: ['X-Debug'] };
  const upstreams = [{ url: 'ws://10.0.0.5' }];
  await api.request('POST', '/v1/tenants/acme/routes', { match: { path: '/' }, upstreams, requestHeaders });
  await vi.waitFor(() => expect(api.sink.changes).toHaveLength(2), longWait);
  const { sink } = api;
  await api.stop();
  await onDatabase(async (database) => {
    const migration = new FleetId1764421000000();
    await database.transaction(async ({ queryRunner: runner }) => {
      if (!runner) throw new Error('a transaction has a query runner');
      await migration.down(runner);
      const [route] = (await runner.query('SELECT definition FROM routes')) as { definition: string }[];
      const old = JSON.parse(route?.definition ?? '') as object;
      const withVia = { set: { ...set, VIA: '1.1 x' }, remove: ['X-Debug', 'via'] };
      const definition = JSON.stringify({ ...old, requestHeaders: withVia });
      await runner.query('UPDATE routes SET definition = $1', [definition]);
      await migration.up(runner);
    });
  });

  api = await ApiUnderTest.start({ folder: api.folder, sink });
  const { body } = await api.request('GET', '/v1/tenants/acme/routes');
  expect(body.items).toMatchObject([{ requestHeaders }]);
  await vi.waitFor(() => expect(sink.snapshots).toHaveLength(2), longWait);
  expect(sink.snapshots[1]?.fleetId).toMatch(/^flt_[0-9a-z]{26}$/);
  const published = sink.snapshots[1]?.entries.find(({ kind }) => kind === 'route');
  expect(published).toMatchObject({ value: { requestHeaders } });
});

async function onDatabase(act: (database: DataSource) => Promise<void>): Promise<void> {
  const source = new DataSource({ type: 'sqlite', database: join(api.folder, 'sluice.db') });
  const database = await source.initialize();
  await act(database);
  await database.destroy();
}
