import type { QueryRunner } from 'typeorm';
import { expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { UniqueNames1764550000000 } from '../../../migrations/unique-names.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { ConfigStateEntity, configStateId } from './entities/config-state.entity.js';

const shaped = newId('route');

test('an upgrade gives repeated names a number, and leaves all others as they are', async () => {
  const api = await ApiUnderTest.start();
  for (const slug of ['acme', 'other']) await api.request('POST', '/v1/tenants', { slug });
  const routeNames = ['chat', 'chat', 'chat (2)', 'chat', '', '', 'x'.repeat(100), 'x'.repeat(100), shaped];
  const keyNames = ['web', 'web', 'Web', 'web'];
  const routes = await madeWith(api, 'routes', routeNames.length);
  const others = await madeWith(api, 'routes', 1, 'other');
  const keys = await madeWith(api, 'api-keys', keyNames.length);
  await api.request('DELETE', `/v1/tenants/acme/api-keys/${keys[0] ?? ''}`);
  const epochBefore = api.sink.position?.epoch;

  await inTransaction(api, async (runner) => {
    const migration = new UniqueNames1764550000000();
    await migration.down(runner);
    for (const [index, name] of routeNames.entries()) await nameRoute(runner, routes[index] ?? '', name);
    await nameRoute(runner, others[0] ?? '', 'chat');
    for (const [index, name] of keyNames.entries()) {
      await runner.query('UPDATE api_keys SET name = $1 WHERE id = $2', [name, keys[index] ?? '']);
    }
    await migration.up(runner);
  });

  expect(await namesOf(api, 'routes', routes)).toEqual([
    ...['chat', 'chat (3)', 'chat (2)', 'chat (4)', '', ''],
    ...['x'.repeat(100), `${'x'.repeat(96)} (2)`, `${shaped} (2)`],
  ]);
  expect(await namesOf(api, 'routes', others, 'other')).toEqual(['chat']);
  // The first one is revoked.
  expect(await namesOf(api, 'api-keys', keys)).toEqual(['web', 'web', 'Web', 'web (2)']);
  const { epoch } = await api.database.read.findOneByOrFail(ConfigStateEntity, { id: configStateId });
  expect(epoch).not.toBe(epochBefore);
  await api.remove();
});

async function madeWith(
  api: ApiUnderTest,
  list: 'routes' | 'api-keys',
  count: number,
  tenant = 'acme',
): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const route = { match: { path: `/${tenant}/${index}` }, upstreams: [{ url: 'ws://10.0.0.5' }] };
    const body = list === 'routes' ? route : { name: `key ${index}` };
    ids.push((await api.request('POST', `/v1/tenants/${tenant}/${list}`, body)).body.id);
  }
  return ids;
}

async function nameRoute(runner: QueryRunner, id: string, name: string): Promise<void> {
  const rows = (await runner.query('SELECT definition FROM routes WHERE id = $1', [id])) as {
    definition: string;
  }[];
  const definition = JSON.stringify({ ...(JSON.parse(rows[0]?.definition ?? '{}') as object), name });
  await runner.query('UPDATE routes SET definition = $1 WHERE id = $2', [definition, id]);
}

async function namesOf(
  api: ApiUnderTest,
  list: string,
  ids: readonly string[],
  tenant = 'acme',
): Promise<unknown[]> {
  const names: unknown[] = [];
  for (const id of ids) {
    const { text } = await api.request('GET', `/v1/tenants/${tenant}/${list}/${id}`);
    names.push((JSON.parse(text) as { name: unknown }).name);
  }
  return names;
}

function inTransaction<Result>(
  api: ApiUnderTest,
  work: (runner: QueryRunner) => Promise<Result>,
): Promise<Result> {
  return api.database.write((manager) => {
    if (manager.queryRunner === undefined) throw new Error('a write has a query runner');
    return work(manager.queryRunner);
  });
}
