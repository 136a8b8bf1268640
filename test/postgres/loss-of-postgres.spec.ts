import type { EntityManager } from 'typeorm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isStorageUnavailable } from '../../apps/api/database/database-errors.js';
import { ConfigStateEntity, configStateId } from '../../apps/api/database/entities/config-state.entity.js';
import { openDatabase } from '../../apps/api/database/open-database.js';
import { openApiSocket } from '../support/api-socket.js';
import { ApiUnderTest } from '../support/api-under-test.js';
import { adminToken } from '../support/sluice-settings.js';
import { longWait } from '../support/long-wait.js';
import { withPostgres } from '../support/postgres/postgres-client.js';
import { startPostgresServer, type PostgresServer } from '../support/postgres/postgres-server.js';

let server: PostgresServer;
beforeEach(async () => {
  server = await startPostgresServer();
});
afterEach(() => server.stop());

test('without Postgres the API answers 503, keeps running, and works again once Postgres is back', async () => {
  const api = await ApiUnderTest.start({ environment: { SLUICE_DATABASE_URL: server.url } });
  const { messages, socket } = await openApiSocket<{ revision: number }>(api, '/v1/events', {
    token: adminToken,
  });
  expect((await makeTenant(api, 'before')).status).toBe(201);
  expect((await api.request('GET', '/readyz')).status).toBe(200);
  await server.shutDown();
  await vi.waitFor(async () => expect((await api.request('GET', '/readyz')).status).toBe(503), longWait);
  for (const answer of [
    await makeTenant(api, 'meanwhile'),
    await api.request('GET', '/v1/tenants'),
    await api.request('GET', '/readyz'),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'storage_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  expect((await api.request('GET', '/healthz')).status).toBe(200);
  await server.start();
  await vi.waitFor(async () => expect((await makeTenant(api, 'after')).status).toBe(201), longWait);
  await vi.waitFor(async () => expect((await api.request('GET', '/readyz')).status).toBe(200), longWait);
  await vi.waitFor(() => expect(messages.map(({ revision }) => revision)).toEqual([1, 2]), longWait);
  await api.published(2);
  expect(socket.readyState).toBe(socket.OPEN);
  await api.remove();
});

test.each<[string, (manager: EntityManager) => Promise<unknown>]>([
  ['a statement', (manager) => manager.query('SELECT 1')],
  ['a change', (manager) => manager.update(ConfigStateEntity, { id: configStateId }, { revision: 1 })],
])('a write that loses its connection before %s is answered with 503', async (_what, next) => {
  const database = await openDatabase(server.url);
  const written = database.write(async (manager) => {
    const [{ pid }] = await manager.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
    await withPostgres(server.url, (client) => client.query('SELECT pg_terminate_backend($1)', [pid]));
    await vi.waitFor(() => expect(manager.queryRunner?.isReleased).toBe(true), longWait);
    await next(manager);
  });
  const error = await written.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(isStorageUnavailable(error)).toBe(true);
  await database.write((manager) => manager.query('SELECT 1'));
  await database.close();
});

test('an unusable Postgres stops the start with an error that contains the setting and not the password', async () => {
  const wrong = server.url.replace('sluice@', 'nobody:s3cret@');
  const error = await openDatabase(wrong).then(
    () => null,
    (reason: unknown) => String(reason),
  );
  expect(error).toMatch(/^SettingsError: SLUICE_DATABASE_URL: .*nobody/);
  expect(error).not.toMatch(/s3cret/);
  await server.shutDown();
  await expect(openDatabase(server.url)).rejects.toThrow(/^SLUICE_DATABASE_URL: .*ECONNREFUSED/);
});

test('the API does not connect to a Postgres without TLS when the URL asks for TLS', async () => {
  await expect(openDatabase(`${server.url}?sslmode=require`)).rejects.toThrow(/SSL/);
});

function makeTenant(api: ApiUnderTest, slug: string): ReturnType<ApiUnderTest['request']> {
  return api.request('POST', '/v1/tenants', { slug });
}
