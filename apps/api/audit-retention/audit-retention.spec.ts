import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { ulid } from 'ulid';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AuditPruning1764440200000 } from '../../../migrations/audit-pruning.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import type { ShownAuditEntry } from '../audit/audit-query.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { AuditEntryEntity, type AuditEntry } from '../database/entities/audit-entry.entity.js';
import { AuditRetention } from './audit-retention.js';

const dayMs = 24 * 3600 * 1000;

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('entries older than the retention are exported and then removed, and the removal is audited', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const old = await storeEntries(700, 31);
  const recent = await storeEntries(3, 29);
  await restart({ SLUICE_AUDIT_RETENTION_DAYS: '30' });
  await vi.waitFor(async () => expect(await api.audited('audit.prune')).toHaveLength(1), longWait);
  const { items } = (await api.request('GET', '/v1/audit')).body;
  const left = items.map(({ id }) => id);
  expect(left).toEqual(expect.arrayContaining(recent));
  expect(left.filter((id) => old.includes(id))).toEqual([]);
  expect(left).toHaveLength(recent.length + 2);
  const [name = ''] = await exportedFiles();
  expect(await exportedEntries(name)).toEqual(old.map((id) => expect.objectContaining({ id }) as unknown));
  const [entry] = await exportedEntries(name);
  expect(entry).toMatchObject({
    actor: { kind: 'admin', id: null },
    before: { name: 'was' },
    after: { name: 'is' },
  });
  expect((await stat(join(api.folder, 'audit', name))).mode & 0o777).toBe(0o600);
  const [pruned] = (await api.request('GET', '/v1/audit?actor=system')).body
    .items as unknown as ShownAuditEntry[];
  expect(pruned).toMatchObject({
    action: 'audit.prune',
    actor: { kind: 'system', id: null },
    targetId: name,
    details: { entries: old.length },
  });
});

test('no entry is removed while the export cannot be written, and the failure is logged', async () => {
  const old = await storeEntries(3, 4000);
  await writeFile(join(api.folder, 'audit'), 'a file where the folder should be');
  const log: string[] = [];
  const retention = new AuditRetention(
    { auditRetentionDays: 1, dataDir: api.folder },
    pino({}, { write: (line) => void log.push(line) }),
    api.database,
    { state: { isLeading: true, publishedRevision: 0, lastError: null } },
    new AuditTrail(api.database),
  );
  retention.onApplicationBootstrap();
  await vi.waitFor(() => expect(log.join('')).toContain('could not be moved into a file'), longWait);
  await retention.onApplicationShutdown();
  expect(await api.database.read.count(AuditEntryEntity)).toBe(old.length);
});

test('the database refuses to remove entries that were not announced, and rolls the announcement back', async () => {
  const [first = ''] = await storeEntries(2, 10);
  const remove = api.database.write(async (manager) => {
    await manager.query('INSERT INTO audit_pruning ("before") VALUES ($1)', [`${first}~`]);
    await manager.query('DELETE FROM audit');
  });
  await expect(remove).rejects.toThrow('the audit trail is append-only');
  const change = api.database.write(async (manager) => {
    await manager.query('INSERT INTO audit_pruning ("before") VALUES ($1)', ['b']);
    await manager.query("UPDATE audit SET action = 'x'");
  });
  await expect(change).rejects.toThrow('the audit trail is append-only');
  expect(await api.database.read.query('SELECT * FROM audit_pruning')).toEqual([]);
  expect(await api.database.read.count(AuditEntryEntity)).toBe(2);
});

test('the migration can be reverted, which restores the refusal, and applied again', async () => {
  await storeEntries(1, 10);
  await migrate('down');
  await expect(api.database.write((manager) => manager.query('DELETE FROM audit'))).rejects.toThrow(
    'append-only',
  );
  await migrate('up');
  await expect(api.database.write((manager) => manager.query('DELETE FROM audit'))).rejects.toThrow(
    'append-only',
  );
});

async function migrate(direction: 'up' | 'down'): Promise<void> {
  await api.database.write(async ({ queryRunner }) => {
    if (!queryRunner) throw new Error('a transaction has a runner');
    await new AuditPruning1764440200000()[direction](queryRunner);
  });
}

async function restart(environment: Record<string, string>): Promise<void> {
  await api.stop();
  api = await ApiUnderTest.start({ folder: api.folder, environment });
}

/** Writes entries with an age of `daysAgo`; returns their ids in order. */
async function storeEntries(count: number, daysAgo: number): Promise<string[]> {
  const startMs = Date.now() - daysAgo * dayMs;
  const entries = Array.from({ length: count }, (_, index): AuditEntry => {
    const ms = startMs + index;
    return {
      id: `aud_${ulid(ms).toLowerCase()}`,
      revision: 1,
      at: new Date(ms).toISOString(),
      actorKind: 'admin',
      actorId: null,
      action: 'tenant.update',
      targetId: 'ten',
      tenantId: null,
      clientAddress: null,
      requestId: null,
      details: null,
      before: '{"name":"was"}',
      after: '{"name":"is"}',
    };
  });
  await api.database.write((manager) => manager.insert(AuditEntryEntity, entries));
  return entries.map(({ id }) => id);
}

async function exportedFiles(): Promise<string[]> {
  return readdir(join(api.folder, 'audit')).catch(() => []);
}

async function exportedEntries(name: string): Promise<ShownAuditEntry[]> {
  const text = gunzipSync(await readFile(join(api.folder, 'audit', name))).toString();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ShownAuditEntry);
}
