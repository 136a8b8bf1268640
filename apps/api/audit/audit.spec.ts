import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { AuditEntryEntity, type AuditEntry } from '../database/entities/audit-entry.entity.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('every change is audited with actor, action, target, address and revision; a refused change is not audited', async () => {
  const tenant = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body;
  const manager = { name: 'manager', scopes: ['manage'] };
  const key = (await api.request('POST', '/v1/tenants/acme/api-keys', manager)).body;
  const renamed = await api.request('PATCH', '/v1/tenants/acme', { name: 'Acme' }, { token: key.key });
  expect(renamed.status).toBe(200);
  await api.request('PATCH', '/v1/tenants/acme', { status: 'suspended' }, { token: key.key });
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const entries = await api.database.read.find(AuditEntryEntity, { order: { revision: 'ASC' } });
  const summaryOf = ({ revision, actorKind, actorId, action, targetId }: AuditEntry) => [
    revision,
    actorKind,
    actorId,
    action,
    targetId,
  ];
  expect(entries.map(summaryOf)).toEqual([
    [1, 'admin', null, 'tenant.create', tenant.id],
    [2, 'admin', null, 'apiKey.create', key.id],
    [3, 'apiKey', key.id, 'tenant.update', tenant.id],
  ]);
  expect(entries.map(({ clientAddress }) => clientAddress)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  expect(entries.every(({ tenantId }) => tenantId === tenant.id)).toBe(true);
});
