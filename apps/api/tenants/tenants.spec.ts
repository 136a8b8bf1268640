import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

it('a tenant is made with every default, and published', async () => {
  const answer = await api.request('POST', '/v1/tenants', { slug: 'acme' });
  expect(answer.body).toMatchObject({ slug: 'acme', name: 'acme', status: 'active' });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('location')).toBe(`/v1/tenants/${answer.body.id}`);
  await vi.waitFor(() => expect(api.sink.changes.map(({ revision }) => revision)).toEqual([1]));
});
