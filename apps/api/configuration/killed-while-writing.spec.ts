import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { manyThings } from '../../../test/support/many-things.js';
import { RestClient } from '../../../test/support/rest-client.js';
import { SluiceProcess } from '../../../test/support/sluice-process.js';
import { testSettings } from '../../../test/support/sluice-settings.js';
import { databaseOf } from '../../../test/support/test-database.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

// A write that takes this long waits for the transaction of the document.
const heldUpMs = 100;
const size = { routes: 800, keys: 200 };

let folder: string;
let program: SluiceProcess | null = null;
let restarted: ApiUnderTest | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-killed-'));
});
afterEach(async () => {
  await program?.kill();
  await (restarted === null ? rm(folder, { recursive: true, force: true }) : restarted.remove());
  program = null;
  restarted = null;
});

test('SIGKILL during the transaction of a document leaves all or nothing of it, and it can be applied again', async () => {
  const rest = await startProgram();
  await rest.call('POST', '/tenants', { slug: 'old' });
  await rest.call('POST', '/tenants', { slug: 'other' });
  const { tenants } = manyThings('made', size);
  const document = { version: 1, tenants: [{ slug: 'other' }, ...tenants] };
  const applied = rest.call('PUT', '/config?deleteTenants=true', document).catch(() => 'broken off');
  await untilHeldUp(rest);
  await program?.kill();
  program = null;
  await applied;

  restarted = await ApiUnderTest.start({ folder });
  const slugs = await slugsOf(restarted);
  const revision = await restarted.revision();
  const isThere = slugs.includes('made');
  expect(slugs).toEqual(isThere ? ['made', 'other'] : ['demo', 'old', 'other']);
  expect(await thingsOf(restarted)).toBe(isThere ? size.routes + size.keys : 1);
  expect(await restarted.audited('route.create')).toHaveLength(isThere ? size.routes + 1 : 1);
  const outbox = await restarted.database.read.find(OutboxRowEntity, { order: { revision: 'ASC' } });
  expect(outbox.map((row) => row.revision)).toEqual(
    Array.from({ length: revision }, (_, index) => index + 1),
  );
  const again = await restarted.request('PUT', '/v1/config?deleteTenants=true', document);
  expect(again.status).toBe(200);
  expect([await slugsOf(restarted), await thingsOf(restarted)]).toEqual([
    ['made', 'other'],
    size.routes + size.keys,
  ]);
}, 60_000);

async function startProgram(): Promise<RestClient> {
  program = SluiceProcess.start('all-in-one', {
    ...testSettings,
    SLUICE_DATA_DIR: folder,
    SLUICE_ADMIN_TOKEN: adminToken,
    ...(await databaseOf(folder)),
  });
  return new RestClient((await program.urls()).api, adminToken);
}

/** Sends single writes until one of them waits for the lock. */
async function untilHeldUp(rest: RestClient): Promise<void> {
  for (let number = 0; ; number += 1) {
    const written = rest.call('PATCH', '/tenants/other', { name: `name ${String(number)}` });
    written.catch(() => undefined);
    const outcome = await Promise.race([written.then(() => 'written'), delay(heldUpMs, 'held up')]);
    if (outcome === 'held up') return;
  }
}

async function slugsOf(api: ApiUnderTest): Promise<string[]> {
  return (await exported(api)).tenants.map(({ slug }) => slug);
}

async function thingsOf(api: ApiUnderTest): Promise<number> {
  const { tenants } = await exported(api);
  return tenants.reduce((sum, { routes, apiKeys }) => sum + routes.length + apiKeys.length, 0);
}

async function exported(api: ApiUnderTest): Promise<ReturnType<typeof manyThings>> {
  return JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as ReturnType<typeof manyThings>;
}
