import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { OutboxRowEntity } from '../../apps/api/database/entities/outbox-row.entity.js';
import { openDatabase } from '../../apps/api/database/open-database.js';
import { openApiSocket } from '../support/api-socket.js';
import { ApiUnderTest } from '../support/api-under-test.js';
import { adminToken } from '../support/sluice-settings.js';
import { longWait } from '../support/long-wait.js';
import { withPostgres } from '../support/postgres/postgres-client.js';

let one: ApiUnderTest;
let other: ApiUnderTest;
beforeEach(async () => {
  one = await ApiUnderTest.start();
  other = await ApiUnderTest.start({ folder: one.folder });
});
afterEach(async () => {
  await other.stop();
  await one.remove();
});

test('concurrent writes of two APIs take revisions without a gap, in order in the outbox', async () => {
  const writes = Array.from({ length: 120 }, (_, index) =>
    (index % 2 === 0 ? one : other).request('POST', '/v1/tenants', { slug: `t${index}` }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([201]));
  const rows = await one.database.read.find(OutboxRowEntity, { order: { revision: 'ASC' } });
  const revisions = Array.from({ length: 120 }, (_, index) => index + 1);
  expect(rows.map(({ revision }) => revision)).toEqual(revisions);
  expect(await other.revision()).toBe(120);
  // Each API has a separate bus here, and publishes changes, or a snapshot and changes.
  for (const { sink } of [one, other]) {
    await vi.waitFor(() => expect(sink.position?.revision).toBe(120), longWait);
    const published = sink.changes.map(({ revision }) => revision);
    const stored = sink.snapshots.map(({ revision }) => revision);
    expect(published).toEqual(revisions.filter((revision) => published.includes(revision)));
    // Each change follows the previous change or a snapshot.
    const followed = new Set([...published, ...stored]);
    for (const revision of published) expect(followed).toContain(revision === 1 ? 1 : revision - 1);
  }
});

test('one of two conflicting writes is refused, on the same API or on different ones', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      (index % 2 === 0 ? one : other).request('POST', '/v1/tenants', { slug: 'acme' }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
  const codes = answers.filter(({ status }) => status === 409).map(({ body }) => body.code);
  expect(new Set(codes)).toEqual(new Set(['slug_taken']));
});

test('when one API revokes a token of an operator, the other API closes its WebSockets', async () => {
  const { text } = await one.request('POST', '/v1/operators', { name: 'Ann', role: 'viewer' });
  const { id, token } = JSON.parse(text) as { id: string; token: string };
  const { closed } = await openApiSocket(other, '/v1/events', { token });
  expect((await one.request('DELETE', `/v1/operators/${id}`)).status).toBe(204);
  expect(await closed).toEqual([1008, 'token revoked']);
});

test('/v1/events of each API reports the commits of all APIs, once and in order', async () => {
  const listeners = await Promise.all(
    [one, other].map((api) => openApiSocket<{ revision: number }>(api, '/v1/events', { token: adminToken })),
  );
  for (let index = 0; index < 20; index += 1) {
    await (index % 2 === 0 ? one : other).request('POST', '/v1/tenants', { slug: `t${index}` });
  }
  const revisions = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const { messages } of listeners) {
    await vi.waitFor(() => expect(messages.map(({ revision }) => revision)).toEqual(revisions), longWait);
  }
});

test('a POST with an Idempotency-Key is carried out once, on whichever APIs it is repeated', async () => {
  const post = (api: ApiUnderTest): ReturnType<ApiUnderTest['request']> =>
    api.request('POST', '/v1/tenants', { slug: 'acme' }, { headers: { 'idempotency-key': 'one' } });
  const both = await Promise.all([post(one), post(other)]);
  const made = both.filter(({ status }) => status === 201);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  for (const { status, body } of both) if (status !== 201) expect(body.code).toBe('idempotency_conflict');
  for (const api of [one, other]) {
    const again = await post(api);
    expect(again.status).toBe(201);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.id).toBe(made[0]?.body.id);
  }
  expect(await one.revision()).toBe(1);
});

test('an API that is paused during a write blocks other writes for a bounded time, with 503', async () => {
  let goOn = (): void => undefined;
  let outcome: Promise<unknown> = Promise.resolve();
  await new Promise<void>((onBegun) => {
    const held = one.database.write(() => {
      onBegun();
      return new Promise<void>((resolve) => (goOn = resolve));
    });
    outcome = held.catch((error: unknown) => error);
  });
  const refused = await other.request('POST', '/v1/tenants', { slug: 'acme' });
  expect([refused.status, refused.body.code]).toEqual([503, 'storage_unavailable']);
  await vi.waitFor(
    async () => expect((await other.request('POST', '/v1/tenants', { slug: 'acme' })).status).toBe(201),
    { timeout: 25_000, interval: 100 },
  );
  goOn();
  expect(await outcome).toBeInstanceOf(Error);
  expect((await one.request('POST', '/v1/tenants', { slug: 'after' })).status).toBe(201);
}, 60_000);

test('an audit entry cannot be changed or removed, not even by the owner of the tables', async () => {
  await one.request('POST', '/v1/tenants', { slug: 'acme' });
  for (const statement of ['UPDATE audit SET "actorId" = NULL', 'DELETE FROM audit', 'TRUNCATE audit']) {
    await expect(one.database.write((manager) => manager.query(statement))).rejects.toThrow('append-only');
  }
});

test('APIs that start at once on a new schema migrate it once', async () => {
  const url = inject('postgres')?.url ?? '';
  const schema = 'test_many_at_once';
  await withPostgres(url, (client) => client.query(`CREATE SCHEMA ${schema}`));
  const opened = await Promise.all(Array.from({ length: 5 }, () => openDatabase(`${url}?schema=${schema}`)));
  for (const database of opened) await database.close();
  await withPostgres(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${schema}.migrations`);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(8);
    await client.query(`DROP SCHEMA ${schema} CASCADE`);
  });
});
