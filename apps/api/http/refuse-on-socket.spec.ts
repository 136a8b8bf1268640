import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { rawRequest, upgradeRequest } from '../../../test/support/raw-request.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test.each(['/nowhere', '/v1/events'])(
  'a refused upgrade of %s that is pipelined behind another request affects no other client',
  async (path) => {
    const requests = `GET /v1/tenants HTTP/1.1\r\nHost: api.test\r\n\r\n${upgradeRequest(path)}`;
    const { status } = await rawRequest(Number(new URL(api.url).port), requests);
    expect(status).toBeGreaterThanOrEqual(400);
    expect((await api.request('GET', '/healthz')).status).toBe(200);
  },
);
