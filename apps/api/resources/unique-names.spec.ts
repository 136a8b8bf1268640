import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#libs/contract';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
let count = 0;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  for (const slug of ['acme', 'other']) await api.request('POST', '/v1/tenants', { slug });
});
afterEach(() => api.remove());

const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
const resources = {
  route: {
    list: 'routes',
    what: 'route',
    bodyOf: (name: string) => ({ name, match: { path: `/${(count += 1)}` }, upstreams }),
  },
  key: { list: 'api-keys', what: 'API key', bodyOf: (name: string) => ({ name, scopes: ['manage'] }) },
} as const;
const kinds = ['route', 'key'] as const;
type Kind = (typeof kinds)[number];

function create(kind: Kind, name: string, tenant = 'acme'): Promise<ApiAnswer> {
  const { list, bodyOf } = resources[kind];
  return api.request('POST', `/v1/tenants/${tenant}/${list}`, bodyOf(name));
}

function pathOf(kind: Kind, reference: string): string {
  return `/v1/tenants/acme/${resources[kind].list}/${encodeURIComponent(reference)}`;
}

/** Restores a document whose resource has an id and another name, as an export of an earlier version has. */
async function restoreWithName(kind: Kind, id: string, name: string): Promise<void> {
  const { text } = await api.request('GET', '/v1/config');
  await api.request('PUT', '/v1/config?deleteTenants=true', { version: 1, tenants: [] });
  const document = JSON.parse(text.replace('"name": "chat"', `"name": "${name}"`)) as object;
  expect((await api.request('PUT', '/v1/config', document)).status).toBe(200);
  expect((await api.request('GET', pathOf(kind, id))).body).toMatchObject({ name });
}

describe.each(kinds)('the name of a %s', (kind) => {
  const prefix = { route: 'rte_', key: 'key_' }[kind];

  test('is unique within a tenant, with its letter case, in a POST and in a PATCH', async () => {
    expect((await create(kind, 'chat')).status).toBe(201);
    expect((await create(kind, 'Chat')).status).toBe(201);
    expect((await create(kind, 'chat', 'other')).status).toBe(201);
    for (const answer of [
      await create(kind, 'chat'),
      await api.request('PATCH', pathOf(kind, 'Chat'), { name: 'chat' }),
    ]) {
      expect(answer.status).toBe(409);
      expect(answer.body.code).toBe('name_conflict');
      const message = `another ${resources[kind].what} of the tenant has the name "chat"`;
      expect(answer.body.errors).toMatchObject([{ field: 'name', message }]);
    }
  });

  test('can be used in place of the id, with any characters', async () => {
    const names = [
      'chat',
      'a/b',
      'a b',
      '100%',
      '?#&',
      'Größe',
      '٣ مرحبا',
      '👩‍🚀',
      "'; DROP TABLE routes --",
      'x'.repeat(100),
    ];
    for (const name of names) {
      const made = await create(kind, name);
      const { status, body } = await api.request('GET', pathOf(kind, name));
      expect([name, status, body.id]).toEqual([name, 200, made.body.id]);
    }
  });

  test('finds only resources of the tenant in the path', async () => {
    await create(kind, 'chat', 'other');
    const { status, body } = await api.request('GET', pathOf(kind, 'chat'));
    expect(status).toBe(404);
    expect(body.errors[0]?.field).toBe(kind);
  });

  test('cannot have the form of an id of any kind', async () => {
    for (const id of [newId('route'), newId('apiKey'), newId('tenant')]) {
      const { status, body } = await create(kind, id);
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ field: 'name', message: 'a name cannot have the form of an id' }]);
    }
  });

  test('cannot begin like the ids of its kind, and a mistyped id in a path creates nothing', async () => {
    const errors = [{ field: 'name', message: `a name cannot begin with "${prefix}", as ids do` }];
    const made = await create(kind, `${prefix}x`);
    expect([made.status, made.body.errors]).toMatchObject([422, errors]);
    await create(kind, 'chat');
    const renamed = await api.request('PATCH', pathOf(kind, 'chat'), { name: `${prefix}x` });
    expect([renamed.status, renamed.body.errors]).toMatchObject([422, errors]);
    const body = { ...resources[kind].bodyOf(''), name: undefined };
    const put = await api.request('PUT', pathOf(kind, `${prefix}unknown`), body);
    expect([put.status, put.body.code]).toEqual([404, 'not_found']);
  });

  test('is kept if it begins so since an earlier version', async () => {
    const name = `${prefix}old`;
    const { id } = (await create(kind, 'chat')).body;
    await restoreWithName(kind, id, name);
    expect((await api.request('GET', pathOf(kind, name))).body.id).toBe(id);
    const changed = await api.request('PATCH', pathOf(kind, name), { labels: { env: 'prod' } });
    expect([changed.status, changed.body]).toMatchObject([200, { name }]);
    const renamed = await api.request('PATCH', pathOf(kind, name), { name: 'new' });
    expect(renamed.status).toBe(200);
    expect((await api.request('PATCH', pathOf(kind, 'new'), { name })).status).toBe(422);
  });

  test('is given to one of two writers at the same time, and the other gets 409', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(kind, 'chat')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  test('is free again after a rename', async () => {
    const { body } = await create(kind, 'chat');
    expect((await api.request('PATCH', pathOf(kind, 'chat'), { name: 'renamed' })).body.id).toBe(body.id);
    expect((await create(kind, 'chat')).status).toBe(201);
  });
});

test('routes without a name do not conflict', async () => {
  for (let index = 0; index < 3; index += 1) expect((await create('route', '')).status).toBe(201);
});

test('a revoked key gives its name back, and is found only by its id', async () => {
  const { body } = await create('key', 'web');
  expect((await api.request('DELETE', pathOf('key', 'web'))).status).toBe(204);
  expect((await api.request('GET', pathOf('key', 'web'))).status).toBe(404);
  expect((await api.request('GET', pathOf('key', body.id))).status).toBe(200);
  const next = await create('key', 'web');
  expect((await api.request('GET', pathOf('key', 'web'))).body.id).toBe(next.body.id);
});

test('names work in the paths below a route and a key', async () => {
  const route = await create('route', 'a/b');
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' });
  const rotated = await api.request('POST', `${pathOf('key', 'web')}/rotate`, {});
  expect(rotated.body.id).toBe(issued.body.id);
  expect((await api.request('POST', `${pathOf('key', 'web')}/tickets`, {})).status).toBe(200);
  expect((await api.request('DELETE', pathOf('route', 'a/b'))).status).toBe(204);
  expect((await api.request('GET', pathOf('route', route.body.id))).status).toBe(404);
});

describe('a document', () => {
  const key = (name: string, prefix: string): object => ({
    name,
    prefix,
    secretHash: 'a'.repeat(64),
  });
  const documentOf = (tenant: object): object => ({
    version: 1,
    tenants: [{ slug: 'acme', ...tenant }, { slug: 'other' }],
  });

  test('with two resources of one name is refused, and both are named', async () => {
    const routes = ['chat', 'chat'].map((name) => resources.route.bodyOf(name));
    const apiKeys = [key('web', 'slc_AAAAAAAAAAAA'), key('web', 'slc_BBBBBBBBBBBB')];
    const wrong = [
      [{ routes }, 'tenants.0.routes.1.name', 'routes of the tenant, also at tenants.0.routes.0.name'],
      [{ apiKeys }, 'tenants.0.apiKeys.1.name', 'apiKeys of the tenant, also at tenants.0.apiKeys.0.name'],
    ] as const;
    for (const [tenant, field, rest] of wrong) {
      const { status, body } = await api.request('PUT', '/v1/config', documentOf(tenant));
      expect(status).toBe(409);
      expect(body.code).toBe('name_conflict');
      expect(body.errors).toMatchObject([{ field, message: `the name is repeated among the ${rest}` }]);
    }
  });

  test('can give a route and a key of one tenant, and routes of two tenants, the same name', async () => {
    const apiKeys = [key('chat', 'slc_AAAAAAAAAAAA')];
    const tenants = ['acme', 'other'].map((slug) => ({ slug, routes: [resources.route.bodyOf('chat')] }));
    const document = { version: 1, tenants: [{ ...tenants[0], apiKeys }, tenants[1]] };
    expect((await api.request('PUT', '/v1/config', document)).status).toBe(200);
  });

  test('can swap the names of two routes', async () => {
    const first = await create('route', 'one');
    const second = await create('route', 'two');
    const text = (await api.request('GET', '/v1/config')).text;
    const swapped = text.replace('"one"', '"swap"').replace('"two"', '"one"').replace('"swap"', '"two"');
    expect((await api.request('PUT', '/v1/config', undefined, { raw: swapped })).status).toBe(200);
    expect((await api.request('GET', pathOf('route', 'one'))).body.id).toBe(second.body.id);
    expect((await api.request('GET', pathOf('route', 'two'))).body.id).toBe(first.body.id);
  });
});
