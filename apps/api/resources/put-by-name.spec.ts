import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
const kinds = [
  {
    kind: 'route',
    field: 'name',
    path: '/v1/tenants/acme/routes',
    body: { match: { path: '/chat' }, upstreams, maxConnections: 5 },
    other: { match: { path: '/chat' }, upstreams },
    id: newId('route'),
    defaulted: { maxConnections: null },
  },
  {
    kind: 'API key',
    field: 'name',
    path: '/v1/tenants/acme/api-keys',
    body: { scopes: ['read'], maxConnections: 5 },
    other: {},
    id: newId('apiKey'),
    defaulted: { scopes: ['connect'], maxConnections: null },
  },
  {
    kind: 'tenant',
    field: 'slug',
    path: '/v1/tenants',
    body: { name: 'Chat', labels: { env: 'prod' } },
    other: {},
    id: newId('tenant'),
    defaulted: { name: 'chat', labels: {} },
  },
] as const;

describe.each(kinds)('PUT of a $kind by name', ({ field, path, body, other, id, defaulted }) => {
  const put = (name: string, sent: object, headers: Record<string, string> = {}): Promise<ApiAnswer> =>
    api.request('PUT', `${path}/${encodeURIComponent(name)}`, sent, { headers });

  test('creates it with 201 and Location, and a repetition changes nothing', async () => {
    const created = await put('chat', body);
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`${path}/${created.body.id}`);
    expect(created.body).toMatchObject({ ...body, [field]: 'chat' });
    const revision = await api.revision();
    const again = await put('chat', body);
    expect(again.status).toBe(200);
    expect(again.headers.get('location')).toBeNull();
    expect({ ...created.body, key: undefined }).toEqual({ ...again.body, key: undefined });
    expect(await api.revision()).toBe(revision);
  });

  test('replaces it: omitted fields get their default', async () => {
    const created = await put('chat', body);
    const { status, body: replaced } = await put('chat', other);
    expect(status).toBe(200);
    expect(replaced).toMatchObject({ id: created.body.id, ...defaulted });
  });

  test('with another name in the body is refused with 422, whether it exists or not', async () => {
    for (let index = 0; index < 2; index += 1) {
      const { status, body: problem } = await put('chat', { ...body, [field]: 'other' });
      expect(status).toBe(422);
      expect(problem.errors).toMatchObject([{ field, message: expect.stringContaining('"chat"') as string }]);
      await put('chat', body);
    }
  });

  test('renames it if the path has its id', async () => {
    const created = await put('chat', body);
    const renamed = await put(created.body.id, { ...body, [field]: 'renamed' });
    expect([renamed.status, renamed.body.id]).toEqual([200, created.body.id]);
    expect((await api.request('GET', `${path}/chat`)).status).toBe(404);
    expect((await api.request('GET', `${path}/renamed`)).body.id).toBe(created.body.id);
  });

  test('creates nothing for an unknown id', async () => {
    const { status, body: problem } = await put(id, { ...body, [field]: 'chat' });
    expect([status, problem.code]).toEqual([404, 'not_found']);
  });

  test('takes the answer of a GET back', async () => {
    await put('chat', body);
    const revision = await api.revision();
    const { text } = await api.request('GET', `${path}/chat`);
    expect((await put('chat', JSON.parse(text) as object)).status).toBe(200);
    expect(await api.revision()).toBe(revision);
  });

  test('refuses read-only fields of a resource that does not exist', async () => {
    const { status, body: problem } = await put('chat', { ...body, id });
    expect([status, problem.errors[0]?.field]).toEqual([422, 'id']);
  });

  test('only creates with If-None-Match: *, and only replaces with If-Match', async () => {
    for (const condition of ['*', '"x"']) {
      const refused = await put('chat', body, { 'If-Match': condition });
      expect([refused.status, refused.body.code]).toEqual([412, 'precondition_failed']);
    }
    expect((await put('chat', body, { 'If-None-Match': '*' })).status).toBe(201);
    expect((await put('chat', other, { 'If-None-Match': '*' })).status).toBe(412);
    const etag = (await api.request('GET', `${path}/chat`)).headers.get('etag') ?? '';
    expect((await put('chat', other, { 'If-None-Match': etag })).status).toBe(412);
    expect((await put('chat', other, { 'If-Match': etag })).status).toBe(200);
    expect((await put('chat', body, { 'If-Match': etag })).status).toBe(412);
  });

  test('of several writers at the same time, one creates it and the others replace it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => put('chat', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  });
});

test('the answer to the creation of a key shows the key, and no other answer does', async () => {
  const created = await api.request('PUT', '/v1/tenants/acme/api-keys/web', {});
  expect(created.body.key).toMatch(/^slc_/);
  expect((await api.request('PUT', '/v1/tenants/acme/api-keys/web', {})).body).not.toHaveProperty('key');
});

test('a revoked key is not replaced by its id, and its name creates another key', async () => {
  const { body } = await api.request('PUT', '/v1/tenants/acme/api-keys/web', {});
  await api.request('DELETE', '/v1/tenants/acme/api-keys/web');
  const refused = await api.request('PUT', `/v1/tenants/acme/api-keys/${body.id}`, { name: 'web' });
  expect([refused.status, refused.body.code]).toEqual([409, 'key_revoked']);
  const next = await api.request('PUT', '/v1/tenants/acme/api-keys/web', {});
  expect([next.status, next.body.id === body.id]).toEqual([201, false]);
});

test('a key of a tenant creates nothing beside its tenant, and stays within its quota', async () => {
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'own', scopes: ['manage'] });
  const own = { token: issued.body.key };
  expect((await api.request('PUT', '/v1/tenants/new', {}, own)).status).toBe(404);
  expect((await api.request('PUT', '/v1/tenants/acme', { name: 'Mine' }, own)).status).toBe(200);
  await api.request('PATCH', '/v1/tenants/acme', { limits: { maxApiKeys: 1 }, hosts: ['a.example'] });
  const refused = await api.request('PUT', '/v1/tenants/acme', { name: 'Mine' }, own);
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  const key = await api.request('PUT', '/v1/tenants/acme/api-keys/second', { scopes: ['read'] }, own);
  expect([key.status, key.body.code]).toEqual([409, 'quota_exceeded']);
  const route = { match: { host: 'b.example', path: '/' }, upstreams };
  const placed = await api.request('PUT', '/v1/tenants/acme/routes/chat', route, own);
  expect([placed.status, placed.body.code]).toEqual([403, 'host_forbidden']);
});
