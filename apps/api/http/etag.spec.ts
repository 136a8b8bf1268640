import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { EntityTags, entityTag } from './etag.js';

const path = '/v1/tenants/acme';

let api: ApiUnderTest;
let tag = '';
beforeEach(async () => {
  api = await ApiUnderTest.start();
  const made = await api.request('POST', '/v1/tenants', { slug: 'acme' });
  tag = made.headers.get('etag') ?? '';
});
afterEach(() => api.remove());

test('a write and a read of a resource answer with the same entity tag', async () => {
  expect(tag).toMatch(/^"[\w-]{27}"$/);
  expect((await api.request('GET', path)).headers.get('etag')).toBe(tag);
  const key = await api.request('POST', `${path}/api-keys`, { name: 'web' });
  const read = await api.request('GET', `${path}/api-keys/${key.body.id}`);
  expect(read.headers.get('etag')).toBe(key.headers.get('etag'));
});

test('the entity tag does not depend on the order in which fields were sent', async () => {
  const labels = { zone: 'a', env: 'prod', 7: 'seven' };
  const written = await api.request('PATCH', path, { labels, name: 'A' });
  const reversed = Object.fromEntries(Object.entries(labels).reverse());
  const again = await api.request('PATCH', path, { name: 'A', labels: reversed });
  const tags = [written, again, await api.request('GET', path)].map(({ headers }) => headers.get('etag'));
  expect(new Set(tags).size).toBe(1);
});

test('a tag changes with any field, and not with the order of fields or the resources tagged before', () => {
  const tags = new EntityTags();
  const [name, limits] = ['A', { maxRoutes: 1 }];
  const tag = tags.of({ name, limits });
  for (const same of [
    { limits, name },
    { name, limits, labels: undefined, lastUsedAt: 'now' },
    { name, limits },
  ]) {
    expect(tags.of(same)).toBe(tag);
  }
  for (const other of [
    { limits: { maxRoutes: 2 }, name },
    { name, limits, hosts: null },
    { name, quota: limits },
    { name: limits, limits: name },
    { name, limits: undefined },
    { name },
  ]) {
    expect(tags.of(other)).not.toBe(tag);
    expect(tags.of(other)).toBe(entityTag(other));
  }
});

test('a write with the current entity tag succeeds and returns the next one', async () => {
  const first = await api.request(
    'PATCH',
    path,
    { name: 'A' },
    { headers: { 'if-match': `"other", ${tag}` } },
  );
  expect(first.status).toBe(200);
  expect(first.headers.get('etag')).not.toBe(tag);
  expect((await api.request('PATCH', path, { name: 'B' }, { headers: { 'if-match': '*' } })).status).toBe(
    200,
  );
});

test('a write with an outdated entity tag is refused and changes nothing', async () => {
  await api.request('PATCH', path, { name: 'A' });
  const headers = { 'if-match': tag };
  for (const answer of [
    await api.request('PATCH', path, { name: 'B' }, { headers }),
    await api.request('DELETE', path, undefined, { headers }),
    await api.request('PATCH', path, { name: 'B' }, { headers: { 'if-match': `W/${tag}` } }),
  ]) {
    expect(answer.status).toBe(412);
    expect(answer.body.code).toBe('precondition_failed');
  }
  expect((await api.request('GET', path)).body).toMatchObject({ name: 'A' });
});

test('of many concurrent writes with the same entity tag exactly one succeeds', async () => {
  const writes = Array.from({ length: 20 }, (_, index) =>
    api.request('PATCH', path, { name: `name ${index}` }, { headers: { 'if-match': tag } }),
  );
  const statuses = (await Promise.all(writes)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  expect(await api.revision()).toBe(2);
});

test('a read with the current entity tag in If-None-Match is answered with 304', async () => {
  // fetch adds Cache-Control: no-cache to conditional requests without this header field.
  const headers = { 'if-none-match': tag, 'cache-control': 'max-age=0' };
  const answer = await api.request('GET', path, undefined, { headers });
  expect(answer.status).toBe(304);
  expect(answer.text).toBe('');
});
