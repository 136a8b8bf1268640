import { expect, test } from 'vitest';
import { newId, publishedTenantSchema, type ConfigEntry } from '#libs/contract';
import type { ApplyResult } from '#libs/config-bus';
import { Configuration } from './configuration.js';

const acme = newId('tenant');
const id = newId('stickyKey');
const tenant: ConfigEntry = {
  kind: 'tenant',
  id: acme,
  value: publishedTenantSchema.parse({ id: acme, slug: 'acme', status: 'active', limits: {} }),
};

function keyEntry(keyId: string, character: string): ConfigEntry {
  const value = { id: keyId, tenantId: acme, secret: character.repeat(64), previousSecret: null };
  return { kind: 'stickyKey', id: keyId, value };
}

function gone(kind: ConfigEntry['kind'], goneId: string): ConfigEntry {
  return { kind, id: goneId, value: null };
}

async function configurationOf(...entries: ConfigEntry[]): Promise<Configuration> {
  const configuration = new Configuration();
  await configuration.replace({ epoch: 'e1', revision: 1, fleetId: null, entries });
  return configuration;
}

function apply(configuration: Configuration, ...entries: ConfigEntry[]): ApplyResult {
  return configuration.apply({ epoch: 'e1', revision: 2, committedAt: '2026-11-22T14:00:00.000Z', entries });
}

const taken = { ok: true, refused: [] };

test('the last sticky key of a tenant is part of the snapshot, and is removed with its tenant', async () => {
  const configuration = await configurationOf(keyEntry(id, 'a'), tenant);
  expect(apply(configuration, keyEntry(id, 'b'))).toEqual(taken);
  expect(configuration.stickyKey(acme)?.secret).toBe('b'.repeat(64));
  expect(configuration.snapshot()?.entries).toContainEqual(keyEntry(id, 'b'));
  expect(apply(configuration, gone('stickyKey', id), gone('tenant', acme))).toEqual(taken);
  expect([configuration.stickyKey(acme), configuration.snapshot()?.entries]).toEqual([null, []]);
});

test('a sticky key replaces one with another id, and is removed when only the tenant is deleted', async () => {
  const configuration = await configurationOf(tenant, keyEntry(id, 'a'));
  const other = newId('stickyKey');
  expect(apply(configuration, keyEntry(other, 'b'))).toEqual(taken);
  expect(apply(configuration, gone('stickyKey', id))).toEqual(taken);
  expect(configuration.stickyKey(acme)?.id).toBe(other);
  expect(apply(configuration, gone('tenant', acme))).toEqual(taken);
  expect(configuration.snapshot()?.entries).toEqual([]);
});

test('a sticky key without its tenant is refused', async () => {
  expect(apply(await configurationOf(), keyEntry(id, 'a'))).toMatchObject({ ok: true, refused: [{ id }] });
});
