import { afterAll, beforeAll, expect, test } from 'vitest';
import { ListsUnderTest } from '../../../test/support/lists-under-test.js';

let lists: ListsUnderTest;
beforeAll(async () => {
  lists = await ListsUnderTest.start();
});
afterAll(() => lists.remove());

test.each([
  ['/v1/routes', 'sort=name', 'sort=-name'],
  ['/v1/routes', '', 'enabled=true'],
  ['/v1/routes', 'q=chat', 'q=cha'],
  ['/v1/routes', '', 'tenant=acme'],
  ['/v1/api-keys', 'scope=connect', ''],
  ['/v1/tenants', '', 'status=active'],
])('a cursor of %s?%s is refused with %s', async (path, query, other) => {
  const { nextCursor } = await lists.list(`${path}?limit=1&${query}`);
  expect(nextCursor).not.toBeNull();
  const answer = await lists.api.request('GET', `${path}?limit=1&cursor=${nextCursor}&${other}`);
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
  expect((await lists.list(`${path}?limit=2&total=true&cursor=${nextCursor}&${query}`)).items).not.toEqual(
    [],
  );
});

test('a cursor of another list, or with text that no list has made, is refused', async () => {
  const { nextCursor } = await lists.list('/v1/routes?limit=1');
  const parts = JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString()) as string[];
  const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged = [
    [parts[0], '\0', parts[2]],
    [parts[0], '\ud800', parts[2]],
    [parts[0], 'x'.repeat(2000), parts[2]],
    [parts[0], 7, null],
    [...parts, ''],
    { digest: parts[0] },
    null,
  ].map(cursorOf);
  for (const cursor of [...forged, `${nextCursor ?? ''}=`, 'x', '%00', parts[2] ?? '']) {
    const answer = await lists.api.request('GET', `/v1/routes?cursor=${cursor}`);
    expect([cursor, answer.status]).toEqual([cursor, 400]);
  }
  const other = await lists.api.request('GET', `/v1/api-keys?cursor=${nextCursor}`);
  expect([other.status, other.body.code]).toEqual([400, 'invalid_cursor']);
});

test.each(['tenants', 'routes', 'api-keys'])(
  'etags of %s are the ETags that If-Match takes',
  async (kind) => {
    const { items, etags } = await lists.list(`/v1/${kind}?sort=-name`);
    expect(etags).toHaveLength(items.length);
    for (const [index, { id, tenantId }] of items.entries()) {
      const path = kind === 'tenants' ? `/v1/tenants/${id}` : `/v1/tenants/${tenantId}/${kind}/${id}`;
      const { headers } = await lists.api.request('GET', path);
      expect(headers.get('etag')).toBe(etags[index]);
    }
  },
);

test('a page has an ETag, with which it is answered with 304 until an item changes', async () => {
  const path = '/v1/routes?sort=name&tenant=acme';
  const first = await lists.api.request('GET', path);
  const tag = first.headers.get('etag') ?? '';
  // fetch adds Cache-Control: no-cache to conditional requests without this header field.
  const headers = { 'if-none-match': tag, 'cache-control': 'max-age=0' };
  expect(tag).toMatch(/^"[\w-]{27}"$/);
  expect((await lists.api.request('GET', path, undefined, { headers })).status).toBe(304);
  const [item] = (await lists.list(path)).items;
  await lists.api.request('PATCH', `/v1/tenants/acme/routes/${item?.id ?? ''}`, { maxConnections: 7 });
  expect((await lists.api.request('GET', path, undefined, { headers })).status).toBe(200);
});

test('a tenant that an older version has deleted, and left in the list, does not end the list', async () => {
  const names = await lists.names('/v1/tenants', 'sort=createdAt');
  const { database } = lists.api;
  await database.write((manager) =>
    manager.query(`
      INSERT INTO listed_tenants (id, "createdAt", "updatedAt", name, slug, status)
      SELECT 'ten_0', '0', '0', '', '', status FROM listed_tenants LIMIT 1`),
  );
  const first = await lists.list('/v1/tenants?limit=1&sort=createdAt');
  expect(first).toMatchObject({ items: [], etags: [], nextCursor: expect.any(String) as unknown });
  expect(await lists.names('/v1/tenants', 'sort=createdAt')).toEqual(names);
  await database.write((manager) => manager.query(`DELETE FROM listed_tenants WHERE id = 'ten_0'`));
});

test('a key of a tenant sees its own things only, in items, totals and cursors', async () => {
  const token = lists.acmeKey;
  const names = (path: string, query = ''): Promise<string[]> => lists.names(path, query, token);
  expect(await names('/v1/routes')).toEqual(['Chat', 'zoo', 'alerts']);
  expect(await names('/v1/routes', 'q=chat')).toEqual(['Chat']);
  expect(await names('/v1/routes', 'upstream=10.0.0.5&sort=-host')).toEqual(['Chat', 'zoo']);
  expect(await names('/v1/api-keys', 'q=web')).toEqual(['web']);
  expect(await names('/v1/tenants', 'sort=name')).toEqual(['Acme GmbH']);
  for (const [path, total] of [
    ['/v1/routes?q=chat', 1],
    ['/v1/routes?', 3],
    ['/v1/api-keys?', 3],
    ['/v1/tenants?', 1],
    ['/v1/tenants?q=zeta', 0],
  ] as const) {
    expect([path, (await lists.list(`${path}&total=true`, token)).total]).toEqual([path, total]);
  }
  for (const path of ['/v1/routes', '/v1/api-keys']) {
    for (const tenant of ['other', 'nobody']) {
      const answer = await lists.api.request('GET', `${path}?tenant=${tenant}`, undefined, { token });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  }
  const { nextCursor } = await lists.list('/v1/routes?limit=3');
  const foreign = await lists.api.request('GET', `/v1/routes?cursor=${nextCursor}`, undefined, { token });
  expect([foreign.status, foreign.body.code]).toEqual([400, 'invalid_cursor']);
});

test.each([
  ['q', '%'],
  ['q', ''],
  ['q', '"*"'],
  ['q', 'x'.repeat(201)],
  ['q', 'x'.repeat(10_000)],
  ['q', 'a b c d e f g h i'],
  ['sort', 'secretHash'],
  ['sort', '--name'],
  ['sort', 'name,host'],
  ['total', 'yes'],
  ['enabled', '1'],
  ['host', 'a b'],
  ['pathType', 'glob'],
  ['upstream', 'a/b'],
  ['upstream', 'http://'],
  ['upstream', 'a?b=c'],
  ['label', ''],
  ['label', '=x'],
  ['label', 'UPPER=x'],
  ['label', `a=${'x'.repeat(64)}`],
  ['limit', '201'],
])('routes with %s=%s are refused by name', async (field, value) => {
  const answer = await lists.api.request('GET', `/v1/routes?${field}=${encodeURIComponent(value)}`);
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
  expect(answer.body.errors.map((error) => error.field.replace(/\.0$/, ''))).toContain(field);
  expect(answer.text).not.toMatch(/"message":"(Invalid|Too (big|small)|Unrecognized)/);
});

test.each(['%', '*', '"chat"', "chat' OR 1=1 --", 'שלום', '\0', 'ＣＨＡＴ', '50%_x', '{}', '\u202e chat'])(
  'search text %j finds what has its words, and nothing else',
  async (text) => {
    const answer = await lists.api.request('GET', `/v1/routes?q=${encodeURIComponent(`chat ${text}`)}`);
    expect(answer.status).toBe(200);
    const names = answer.body.items.map((item) => Reflect.get(item, 'name') as string);
    const hasOnlyChat = ['%', '*', '"chat"', '\0', 'ＣＨＡＴ', '{}', '\u202e chat'].includes(text);
    expect(names).toEqual(hasOnlyChat ? ['Chat', 'Chat of others'] : []);
  },
);
