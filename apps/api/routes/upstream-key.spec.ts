import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { testCertificate } from '../../../test/support/tls-certificates.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

test('the private key of a route is published, never returned, and kept when other fields change', async () => {
  const clientCertificate = await testCertificate('client.crt');
  const clientKey = await testCertificate('client.key');
  const route = {
    match: { path: '/' },
    upstreams: [{ url: 'wss://upstream.test' }],
    upstreamTls: { clientCertificate, clientKey },
  };
  const headers = { 'Idempotency-Key': 'once' };
  const made = await api.request('POST', '/v1/tenants/acme/routes', route, { headers });
  expect(made.status).toBe(201);
  const path = `/v1/tenants/acme/routes/${made.body.id}`;
  const answers = [
    made,
    await api.request('POST', '/v1/tenants/acme/routes', route, { headers }),
    await api.request('GET', path),
    await api.request('GET', '/v1/tenants/acme/routes'),
    await api.request('PATCH', path, { upstreamTls: { verify: false } }),
    await api.request('PUT', path, { ...route, upstreamTls: { clientCertificate, verify: false } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200]);
  const text = JSON.stringify(answers.map(({ body }) => body));
  expect(text).not.toContain('PRIVATE KEY');
  expect(text).not.toContain('clientKey":');
  expect(made.body).toMatchObject({
    upstreamTls: { verify: true, serverName: null, ca: null, clientCertificate },
  });

  const rows = await api.database.read.find(OutboxRowEntity, { order: { revision: 'DESC' }, take: 1 });
  expect(rows[0]?.entries[0]?.value).toMatchObject({ upstreamTls: { verify: false, clientKey } });
});
