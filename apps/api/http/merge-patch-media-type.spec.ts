import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

const mergePatch = 'application/merge-patch+json';
const accepted = 'application/merge-patch+json, application/json';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterAll(() => api.remove());

test.each([mergePatch, 'Application/Merge-Patch+JSON; charset=utf-8', 'application/json'])(
  'a PATCH with the media type %s is accepted',
  async (type) => {
    const answer = await send('PATCH', '/v1/tenants/acme', { name: type.slice(0, 12) }, type);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ name: type.slice(0, 12) });
  },
);

test.each(['application/json-patch+json', 'text/plain'])(
  'a PATCH with the media type %s is refused, and Accept-Patch lists the accepted types',
  async (type) => {
    const answer = await send('PATCH', '/v1/tenants/acme', [], type);
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    expect(answer.headers.get('accept-patch')).toBe(accepted);
  },
);

test('a merge patch is accepted only as the body of a PATCH', async () => {
  const answer = await send('POST', '/v1/tenants', { slug: 'new' }, mergePatch);
  expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
  expect(answer.headers.get('accept-patch')).toBeNull();
});

test('every answer for a path that supports PATCH has Accept-Patch', async () => {
  const key = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' })).body.id;
  const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  const { id } = (await api.request('POST', '/v1/tenants/acme/routes', route)).body;
  for (const path of ['', `/api-keys/${key}`, `/routes/${id}`]) {
    for (const method of ['GET', 'HEAD', 'PATCH', 'OPTIONS']) {
      const answer = await send(method, `/v1/tenants/acme${path}`, method === 'PATCH' ? {} : undefined);
      expect([method, path, answer.headers.get('accept-patch')]).toEqual([method, path, accepted]);
    }
  }
  expect((await api.request('GET', '/v1/tenants')).headers.get('accept-patch')).toBeNull();
});

function send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<ApiAnswer> {
  const headers = body === undefined ? {} : { 'content-type': type };
  return api.request(method, path, body, { headers });
}
