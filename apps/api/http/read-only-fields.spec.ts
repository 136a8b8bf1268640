import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { testCertificate } from '../../../test/support/tls-certificates.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { OutboxRowEntity } from '../database/entities/outbox-row.entity.js';

const acme = '/v1/tenants/acme';
const oldMoment = '2020-01-01T00:00:00.000Z';
const otherId = '01jd3x4m5n6p7q8r9s0t1v2w3x';

let api: ApiUnderTest;
let routePath = '';
let keyPath = '';
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const clientCertificate = await testCertificate('client.crt');
  const clientKey = await testCertificate('client.key');
  const upstreamTls = { clientCertificate, clientKey };
  const route = { match: { path: '/' }, upstreams: [{ url: 'wss://upstream.test' }], upstreamTls };
  routePath = `${acme}/routes/${(await api.request('POST', `${acme}/routes`, route)).body.id}`;
  keyPath = `${acme}/api-keys/${(await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body.id}`;
});
afterAll(() => api.remove());

const writes = (): [method: string, path: string][] => [
  ['PATCH', acme],
  ['PATCH', routePath],
  ['PUT', routePath],
  ['PATCH', keyPath],
];

test('a PUT of the unmodified answer of GET is accepted and changes nothing', async () => {
  for (const [method, path] of writes()) {
    const read = await api.request('GET', path);
    const again = await api.request(method, path, undefined, { raw: read.text });
    expect([method, path, again.status, again.body]).toEqual([method, path, 200, read.body]);
  }
  expect(await api.revision()).toBe(3);
});

test('a PUT of the answer of GET with a change is accepted, and keeps the withheld private key', async () => {
  for (const [method, path] of writes()) {
    const { body } = await api.request('GET', path);
    const name = `by ${method}`;
    const changed = await api.request(method, path, { ...body, name });
    expect([method, path, changed.status]).toEqual([method, path, 200]);
    expect(changed.body).toMatchObject({ name });
    if (path !== routePath) continue;
    const rows = await api.database.read.find(OutboxRowEntity, { order: { revision: 'DESC' }, take: 1 });
    const clientKey = await testCertificate('client.key');
    expect(rows[0]?.entries[0]?.value).toMatchObject({ name, upstreamTls: { clientKey } });
  }
});

test('a new certificate needs its private key, and the key cannot be removed without the certificate', async () => {
  const { body } = await api.request('GET', routePath);
  const ca = await testCertificate('ca.crt');
  for (const upstreamTls of [{ clientCertificate: ca }, { ...tlsOf(body), clientKey: null }]) {
    const answer = await api.request('PUT', routePath, { ...body, upstreamTls });
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'upstreamTls.clientKey' }],
    });
  }
});

test('a read-only field is refused if it differs from the stored value', async () => {
  const tries: [method: string, path: string, fields: Record<string, unknown>][] = [
    ['PATCH', acme, { id: `ten_${otherId}`, createdAt: oldMoment, updatedAt: oldMoment }],
    [
      'PATCH',
      routePath,
      { id: `rte_${otherId}`, tenantId: `ten_${otherId}`, createdAt: oldMoment, updatedAt: oldMoment },
    ],
    [
      'PUT',
      routePath,
      { id: `rte_${otherId}`, tenantId: `ten_${otherId}`, createdAt: oldMoment, updatedAt: oldMoment },
    ],
    [
      'PATCH',
      keyPath,
      { id: `key_${otherId}`, tenantId: `ten_${otherId}`, prefix: 'slc_x', createdAt: oldMoment },
    ],
    [
      'PATCH',
      keyPath,
      { revokedAt: oldMoment, previous: { prefix: 'slc_x', expiresAt: oldMoment }, lastUsedAt: oldMoment },
    ],
  ];
  const revision = await api.revision();
  for (const [method, path, fields] of tries) {
    const { body } = await api.request('GET', path);
    for (const [field, value] of Object.entries(fields)) {
      const { status, body: answer } = await api.request(method, path, { ...body, [field]: value });
      expect([method, path, status, answer.errors]).toMatchObject([method, path, 422, [{ field }]]);
    }
  }
  expect(await api.revision()).toBe(revision);
});

test('the answer of GET for a key can be sent back after the key was used', async () => {
  const { body } = await api.request('GET', keyPath);
  const where = { id: body.id };
  await api.database.write((manager) =>
    manager.update(ApiKeyEntity, where, { lastUsedAt: '2026-01-02T00:00:00.000Z' }),
  );
  for (const [lastUsedAt, status] of [
    [null, 200],
    ['2026-01-01T00:00:00.000Z', 200],
    ['2026-01-03T00:00:00.000Z', 422],
  ] as const) {
    expect((await api.request('PATCH', keyPath, { ...body, lastUsedAt })).status).toBe(status);
  }
});

test('a POST with a read-only field is refused', async () => {
  const { status, body } = await api.request('POST', '/v1/tenants', { slug: 'new', id: `ten_${otherId}` });
  expect([status, body.errors]).toMatchObject([422, [{ field: 'id', message: 'there is no such field' }]]);
});

function tlsOf(body: object): object {
  return 'upstreamTls' in body && typeof body.upstreamTls === 'object' ? { ...body.upstreamTls } : {};
}

test('a read-only field with an impossible value is refused with a clear message', async () => {
  const { status, body } = await api.request('PATCH', acme, { createdAt: 'yesterday' });
  expect([status, body.errors]).toMatchObject([
    422,
    [{ field: 'createdAt', message: 'expected a moment in UTC like "2026-11-22T14:00:00Z" (RFC 3339)' }],
  ]);
});
