import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { manyThings } from '../../../test/support/many-things.js';
import { Program } from '../../../test/support/program.js';
import { databaseOf } from '../../../test/support/test-database.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

// Another one's write that has waited so long waits for the transaction of the document.
const heldUpMs = 100;
const size = { routes: 800, keys: 200 };

let folder: string;
let program: Program | null = null;
let restarted: ApiUnderTest | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-killed-'));
});
afterEach(async () => {
  await program?.stop('SIGKILL');
  await (restarted === null ? rm(folder, { recursive: true, force: true }) : restarted.remove());
  program = null;
  restarted = null;
});

it('of a document whose transaction is killed with SIGKILL all is there or nothing, and it can be applied again', async () => {
  const url = await startProgram();
  await call(url, 'POST', '/v1/tenants', { slug: 'old' });
  await call(url, 'POST', '/v1/tenants', { slug: 'other' });
  const { tenants } = manyThings('made', size);
  const document = { version: 1, tenants: [{ slug: 'other' }, ...tenants] };
  const applied = call(url, 'PUT', '/v1/config?deleteTenants=true', document).catch(() => 'broken off');
  await untilHeldUp(url);
  await program?.stop('SIGKILL');
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

async function startProgram(): Promise<string> {
  program = Program.start('all-in-one', {
    SLUICE_DATA_DIR: folder,
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_API_LISTEN: '127.0.0.1:0',
    SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
    SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
    SLUICE_ECHO_LISTEN: '127.0.0.1:0',
    ...(await databaseOf(folder)),
  });
  const [, url = ''] = await program.printed(/API +(http:.+)\/v1\n/);
  return url;
}

/** Writes single things until one of them has to wait. */
async function untilHeldUp(url: string): Promise<void> {
  for (let number = 0; ; number += 1) {
    const written = call(url, 'PATCH', '/v1/tenants/other', { name: `name ${String(number)}` });
    written.catch(() => undefined);
    const outcome = await Promise.race([written.then(() => 'written'), delay(heldUpMs, 'held up')]);
    if (outcome === 'held up') return;
  }
}

async function call(url: string, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${String(response.status)} ${await response.text()}`);
  await response.text();
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
