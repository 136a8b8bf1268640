import { afterEach, beforeEach, expect, test } from 'vitest';
import { routeCreateSchema, tenantCreateSchema } from '#libs/contract';
import { AppendOnlyAudit1764330000000 } from '../../../migrations/append-only-audit.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { AuditEntryEntity } from '../database/entities/audit-entry.entity.js';
import { auditedResources } from '../resources/resources.js';
import type { ShownAuditEntry } from './audit-query.js';

const acme = '/v1/tenants/acme';
const secretHeader = 'Bearer a-secret-of-the-upstream';
const aRoute = {
  match: { path: '/' },
  upstreams: [{ url: 'ws://10.0.0.5' }],
  requestHeaders: { set: { Authorization: secretHeader } },
};

let api: ApiUnderTest;
let acmeId = '';
beforeEach(async () => {
  api = await ApiUnderTest.start();
  acmeId = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
});
afterEach(() => api.remove());

test('an entry has the state of its target before and after the change, and the revision; newest entries come first', async () => {
  await api.request('PATCH', acme, { name: 'Acme' });
  await api.request('DELETE', acme);
  const [deleted, updated, created] = await list('');
  expect(created).toMatchObject({
    action: 'tenant.create',
    revision: 1,
    before: null,
    after: { name: 'acme' },
  });
  expect(updated).toMatchObject({ revision: 2, before: { name: 'acme' }, after: { name: 'Acme' } });
  expect(deleted).toMatchObject({ action: 'tenant.delete', before: { name: 'Acme' }, after: null });
  expect(deleted).toMatchObject({ actor: { kind: 'admin', id: null }, clientAddress: '127.0.0.1' });
});

test('an entry has only the fields that changed', async () => {
  const upstreams = Array.from({ length: 64 }, (_, index) => ({
    url: `ws://10.0.0.5/${String(index).padStart(1900, '0')}`,
  }));
  const route = (await api.request('POST', `${acme}/routes`, { ...aRoute, upstreams })).body;
  const path = `${acme}/routes/${route.id}`;
  await api.request('PATCH', path, { name: 'renamed', timeouts: { connectMs: 1000 } });
  await api.request('PATCH', path, { upstreams: upstreams.slice(1) });
  await api.request('PATCH', path, { requestHeaders: { set: { Authorization: 'another', 'X-New': '1' } } });
  const [headers, urls, renamed, created] = await list('');
  expect(renamed).toMatchObject({
    before: { name: '', timeouts: { connectMs: 5000 } },
    after: { name: 'renamed', timeouts: { connectMs: 1000 } },
  });
  expect(Object.keys(renamed?.after ?? {})).toEqual(['name', 'timeouts']);
  expect(Object.keys(renamed?.after?.['timeouts'] ?? {})).toEqual(['connectMs']);
  expect(Object.keys(urls?.before ?? {})).toEqual(['upstreams']);
  expect(headers?.before).toEqual({ requestHeaders: { set: { Authorization: '(withheld)' } } });
  expect(headers?.after).toEqual({
    requestHeaders: { set: { Authorization: '(withheld)', 'X-New': '(withheld)' } },
  });
  for (const entry of [created, urls, renamed, headers])
    expect(JSON.stringify(entry).length).toBeLessThan(2000);
  expect(created?.after?.['upstreams']).toMatch(/^\(\d+ characters, not kept\)$/);
});

test('the deletion of a tenant leaves an entry for it and for each of its routes and keys', async () => {
  const route = (await api.request('POST', `${acme}/routes`, aRoute)).body;
  const key = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  await api.request('DELETE', acme);
  const revision = await api.revision();
  const deleted = (await list('')).filter((entry) => entry.revision === revision);
  expect(new Map(deleted.map(({ targetId, action }) => [targetId, action]))).toEqual(
    new Map([
      [acmeId, 'tenant.delete'],
      [route.id, 'route.delete'],
      [key.id, 'apiKey.revoke'],
    ]),
  );
  expect(deleted.every(({ tenantId, after }) => tenantId === acmeId && after === null)).toBe(true);
  expect(deleted.find(({ targetId }) => targetId === key.id)?.before).toMatchObject({ name: 'web' });
});

test('the audit trail contains no secret and no hash of a secret', async () => {
  const key = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  await api.request('POST', `${acme}/api-keys/${key.id}/rotate`);
  const route = (await api.request('POST', `${acme}/routes`, aRoute)).body;
  await api.request('PATCH', `${acme}/routes/${route.id}`, { name: 'renamed' });
  await api.request('POST', '/v1/operators', { name: 'Ada', role: 'admin' });
  const text = JSON.stringify(await api.database.read.find(AuditEntryEntity));
  expect(text).not.toMatch(/[0-9a-f]{64}|secretHash|a-secret-of-the-upstream/);
  expect(text).not.toContain(key.key);
  expect(text).toContain('(withheld)');
  expect(text).not.toContain('clientKey');
});

test('the entry of a rotation has the prefix of the previous secret and the end of its grace period', async () => {
  const { id, prefix } = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  await api.request('POST', `${acme}/api-keys/${id}/rotate`, { graceSeconds: 60 });
  await api.request('POST', `${acme}/api-keys/${id}/rotate`);
  const [again, first] = await list('?action=apiKey.rotate');
  const end = expect.stringMatching(/^20.*Z$/) as string;
  expect(first?.before).toMatchObject({ prefix, previousPrefix: null, previousExpiresAt: null });
  expect(first?.after).toMatchObject({ previousPrefix: prefix, previousExpiresAt: end });
  expect(again?.after).toMatchObject({ previousPrefix: null, previousExpiresAt: null });
});

test('every field of a tenant, a route and a key is audited or explicitly excluded', () => {
  expect([...auditedResources.tenant.auditedFields].sort()).toEqual(
    Object.keys(tenantCreateSchema.shape).sort(),
  );
  expect([...auditedResources.route.auditedFields].sort()).toEqual(
    Object.keys(routeCreateSchema.shape).sort(),
  );
  const secrets = ['secretHash', 'previousSecretHash'];
  const unkept = ['id', 'tenantId', 'nameClaim', 'createdAt', 'lastUsedAt', ...secrets];
  const columns = Object.keys(ApiKeyEntity.options.columns).filter((name) => !unkept.includes(name));
  expect([...auditedResources.apiKey.auditedFields].sort()).toEqual(columns.sort());
});

test('the database refuses to change or remove an entry', async () => {
  for (const statement of ['UPDATE audit SET action = 1', 'DELETE FROM audit']) {
    const change = api.database.write((manager) => manager.query(statement));
    await expect(change).rejects.toThrow('the audit trail is append-only');
  }
  expect(await list('')).toHaveLength(1);
});

test('the migration can be reverted and applied again', async () => {
  await api.database.write(async (manager) => {
    const { queryRunner } = manager;
    if (!queryRunner) throw new Error('a transaction has a runner');
    const migration = new AppendOnlyAudit1764330000000();
    await migration.down(queryRunner);
    await migration.up(queryRunner);
  });
  await api.request('PATCH', acme, { name: 'Acme' });
  expect(await list('')).toHaveLength(2);
});

test('the audit trail can be filtered by tenant, actor, action and time, and read in pages', async () => {
  const manage = { name: 'manager', scopes: ['manage'] };
  const key = (await api.request('POST', `${acme}/api-keys`, manage)).body;
  await api.request('PATCH', acme, { name: 'Acme' }, { token: key.key });
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const all = await list('');
  expect(all).toHaveLength(4);
  const actions = async (query: string): Promise<string[]> => (await list(query)).map(({ action }) => action);
  expect(await actions('?tenant=other')).toEqual(['tenant.create']);
  expect(await actions(`?actor=${key.id}`)).toEqual(['tenant.update']);
  expect(await actions('?actor=admin&tenant=acme')).toEqual(['apiKey.create', 'tenant.create']);
  expect(await actions('?action=tenant.update')).toEqual(['tenant.update']);
  const second = all[2]?.at ?? '';
  expect(await list(`?until=${second}`)).toEqual(all.slice(3));
  expect(await list(`?since=${second}`)).toEqual(all.slice(0, 3));
  const page = (await api.request('GET', '/v1/audit?limit=3')).body;
  expect(await list(`?cursor=${page.nextCursor}`)).toEqual(all.slice(3));
  for (const query of ['?since=yesterday', '?action=x', '?cursor=x', '?who=x']) {
    expect((await api.request('GET', `/v1/audit${query}`)).status).toBe(400);
  }
});

test('the audit trail can be filtered by the names of operators and of keys', async () => {
  const manage = { name: 'manager', scopes: ['manage'] };
  const token = (await api.request('POST', `${acme}/api-keys`, manage)).body.key;
  const ada = (await api.request('POST', '/v1/operators', { name: 'Ada', role: 'admin' }))
    .body as unknown as {
    token: string;
  };
  await api.request('PATCH', acme, { name: 'Acme' }, { token });
  await api.request('PATCH', acme, { name: 'ACME' }, { token: ada.token });
  const names = async (query: string, as?: string): Promise<unknown[]> =>
    (await list(query, as)).map(({ after }) => after?.['name']);
  expect(await names('?actor=manager&tenant=acme')).toEqual(['Acme']);
  expect(await names('?actor=manager', token)).toEqual(['Acme']);
  expect(await names('?actor=Ada')).toEqual(['ACME']);
  expect(await names('?actor=Ada&tenant=acme')).toEqual(['ACME']);
  for (const [query, as] of [
    ['?actor=nobody'],
    ['?actor=manager'],
    ['?actor=manager&tenant=other'],
    ['?actor=Ada', token],
  ]) {
    const options = as === undefined ? {} : { token: as };
    const { status } = await api.request('GET', `/v1/audit${query ?? ''}`, undefined, options);
    expect([query, status]).toEqual([query, 404]);
  }
});

test('the entries of a deleted tenant are found by its id', async () => {
  await api.request('DELETE', acme);
  expect(await list(`?tenant=${acmeId}`)).toHaveLength(2);
  expect((await api.request('GET', '/v1/audit?tenant=acme')).status).toBe(404);
});

test('a tenant sees only its own entries, without the addresses of operators', async () => {
  const reader = { name: 'reader', scopes: ['read'] };
  const token = (await api.request('POST', `${acme}/api-keys`, reader)).body.key;
  const other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  const entries = await list('', token);
  expect(entries.map(({ action }) => action)).toEqual(['apiKey.create', 'tenant.create']);
  expect(entries.every(({ tenantId, clientAddress }) => tenantId === acmeId && clientAddress === null)).toBe(
    true,
  );
  for (const tenant of ['other', other]) {
    expect((await api.request('GET', `/v1/audit?tenant=${tenant}`, undefined, { token })).status).toBe(404);
  }
});

async function list(query: string, token?: string): Promise<ShownAuditEntry[]> {
  const { status, text } = await api.request('GET', `/v1/audit${query}`, undefined, token ? { token } : {});
  expect(status).toBe(200);
  return (JSON.parse(text) as { items: ShownAuditEntry[] }).items;
}
