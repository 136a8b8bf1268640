import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('the API is ready while the bus is unavailable, and reports that publishing is behind', async () => {
  api.sink.isAway = true;
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const behind = await api.request('GET', '/readyz');
  expect(behind.status).toBe(200);
  expect(behind.body).toMatchObject({
    status: 'ready',
    publisher: { state: 'behind', committedRevision: 1 },
  });
  api.sink.comeBack();
  const inStep = { publisher: { state: 'inStep', publishedRevision: 1 } };
  const ready = async () => (await api.request('GET', '/readyz')).body;
  await vi.waitFor(async () => expect(await ready()).toMatchObject(inStep), longWait);
});

test('metrics label requests with the template of their path, and include the progress of publishing', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await api.request('GET', '/v1/tenants/acme');
  await api.published(1);
  await vi.waitFor(async () => {
    const { text } = await api.request('GET', '/metrics');
    expect(text).toContain('{method="GET",path="/v1/tenants/:tenant",status="200"} 1');
    expect(text).toContain('sluice_published_revision 1');
    expect(text).toContain('sluice_publisher_failing 0');
    expect(text).toContain('sluice_events_subscribers 0');
    expect(text).not.toContain('acme');
  }, longWait);
});
