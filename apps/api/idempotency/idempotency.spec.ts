import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { IdempotencyRecordEntity } from '../database/entities/idempotency-record.entity.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('a repeated POST is executed once and gets the same answer, even after a restart', async () => {
  const first = await post('/v1/tenants', { slug: 'acme' }, 'one');
  const second = await post('/v1/tenants', { slug: 'acme' }, 'one');
  await api.stop();
  api = await ApiUnderTest.start({ folder: api.folder });
  const third = await post('/v1/tenants', { slug: 'acme' }, 'one');
  for (const again of [second, third]) {
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  }
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(await api.revision()).toBe(1);
});

test('a repetition has the revision of the first request, also after others', async () => {
  const first = await post('/v1/tenants', { slug: 'acme' }, 'one');
  await post('/v1/tenants', { slug: 'other' }, 'two');
  const again = await post('/v1/tenants', { slug: 'acme' }, 'one');
  expect(first.headers.get('sluice-revision')).toBe('1');
  expect(again.headers.get('sluice-revision')).toBe('1');
});

test('the same Idempotency-Key with another body or path is refused', async () => {
  await post('/v1/tenants', { slug: 'acme' }, 'one');
  for (const answer of [
    await post('/v1/tenants', { slug: 'other' }, 'one'),
    await post('/v1/tenants/acme/api-keys', { slug: 'acme' }, 'one'),
  ]) {
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe('idempotency_mismatch');
  }
  expect(await api.revision()).toBe(1);
});

test('of many concurrent repetitions one is executed, and the others are answered with idempotency_conflict or its answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post('/v1/tenants', { slug: 'acme' }, 'one')),
  );
  const conflicts = answers.filter(({ body }) => body.code === 'idempotency_conflict');
  const made = answers.filter(({ status }) => status === 201);
  expect(conflicts.length + made.length).toBe(10);
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
  expect(conflicts.every(({ status }) => status === 409)).toBe(true);
  expect(await api.revision()).toBe(1);
});

test('a refused POST may be corrected and sent again with the same key', async () => {
  expect((await post('/v1/tenants', { slug: 'Not A Slug' }, 'one')).status).toBe(422);
  expect((await post('/v1/tenants', { slug: 'acme' }, 'one')).status).toBe(201);
});

test('a repeated creation of a key neither returns the secret again nor creates a second key', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const first = await post('/v1/tenants/acme/api-keys', { name: 'web' }, 'one');
  const second = await post('/v1/tenants/acme/api-keys', { name: 'web' }, 'one');
  expect(second.status).toBe(409);
  expect(second.body.code).toBe('key_shown_once');
  expect(second.text).toContain(first.body.id);
  expect(second.text).not.toContain(first.body.key);
  expect(JSON.stringify(await api.database.read.find(IdempotencyRecordEntity))).not.toContain(first.body.key);
  expect((await api.request('GET', '/v1/tenants/acme/api-keys')).body.items).toHaveLength(1);
});

test('an answer is replayed for 24 hours; then the record is deleted and the key can be reused', async () => {
  await post('/v1/tenants', { slug: 'acme' }, 'one');
  const createdAt = new Date(Date.now() - 24 * 3600 * 1000 - 1000).toISOString();
  await api.database.write((manager) =>
    manager.update(IdempotencyRecordEntity, { scope: 'admin' }, { createdAt }),
  );
  expect((await post('/v1/tenants', { slug: 'other' }, 'one')).status).toBe(201);
  expect(await api.database.read.count(IdempotencyRecordEntity)).toBe(1);
});

test('two senders can use the same Idempotency-Key independently', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme', hosts: null });
  const body = { name: 'manager', scopes: ['manage', 'connect'] };
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', body)).body.key;
  const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  expect((await post('/v1/tenants', { slug: 'other' }, 'one')).status).toBe(201);
  const headers = { 'idempotency-key': 'one' };
  const own = await api.request('POST', '/v1/tenants/acme/routes', route, { token, headers });
  expect(own.status).toBe(201);
});

test('an Idempotency-Key that is too long is refused by name', async () => {
  const answer = await post('/v1/tenants', { slug: 'acme' }, 'k'.repeat(256));
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([{ field: 'Idempotency-Key' }]);
});

function post(path: string, body: unknown, idempotencyKey: string): Promise<ApiAnswer> {
  return api.request('POST', path, body, { headers: { 'idempotency-key': idempotencyKey } });
}
