import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openApiSocket } from '../../../test/support/api-socket.js';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

let api: ApiUnderTest;
let other: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  other = await ApiUnderTest.start({ folder: api.folder });
});
afterEach(async () => {
  await other.stop();
  await api.remove();
});

test('listeners are notified once and in order of changes that other processes commit to the same database', async () => {
  const { messages } = await openApiSocket<{ revision: number }>(api, '/v1/events', { token: adminToken });
  for (const [by, slug] of [
    [other, 'a'],
    [api, 'b'],
    [other, 'c'],
    [other, 'd'],
    [api, 'e'],
  ] as const) {
    expect((await by.request('POST', '/v1/tenants', { slug })).status).toBe(201);
  }
  await vi.waitFor(() => expect(messages.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]), longWait);
});
