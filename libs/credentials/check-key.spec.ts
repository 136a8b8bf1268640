import { describe, expect, test } from 'vitest';
import { newId, quotaSchema, type PublishedApiKey } from '#libs/contract';
import { generateApiKey, hasSecret } from './api-key.js';
import { alteredCredential } from '../../test/support/altered-credential.js';
import { checkKey, type KeyCheckResult } from './check-key.js';

const now = Date.parse('2026-11-22T14:00:00.000Z');
const tenant = { id: newId('tenant') };
const route = { id: newId('route') };
const generated = generateApiKey();

function published(others: Partial<PublishedApiKey> = {}): PublishedApiKey {
  return {
    id: newId('apiKey'),
    tenantId: tenant.id,
    name: 'web',
    labels: {},
    prefix: generated.prefix,
    secretHash: generated.secretHash,
    previous: null,
    scopes: ['connect'],
    routeIds: null,
    maxConnections: null,
    messagesPerSecond: null,
    bytesPerSecond: null,
    quota: quotaSchema.parse({}),
    expiresAt: null,
    ...others,
  };
}

function check(apiKey: PublishedApiKey | null, presented: string | null = generated.key): KeyCheckResult {
  const findByPrefix = (prefix: string) => (apiKey?.prefix === prefix ? apiKey : null);
  return checkKey({ presented, route, tenant, findByPrefix, hasSecret, now });
}

describe('checkKey', () => {
  test('a known key of the tenant may connect', () => {
    const apiKey = published({ expiresAt: '2026-11-22T14:00:00.001Z', routeIds: [newId('route'), route.id] });
    expect(check(apiKey)).toEqual({ ok: true, apiKey, prefix: generated.prefix });
  });

  test('a missing key is refused with key_required', () => {
    expect(check(published(), null)).toEqual({ ok: false, code: 'key_required' });
  });

  test.each<[string, PublishedApiKey | null, string]>([
    ['unknown', null, generated.key],
    ['with another secret', published({ secretHash: '1'.repeat(64) }), generated.key],
    ['with the secret hash of no key', published({ secretHash: '0'.repeat(64) }), generated.key],
    ['of another tenant', published({ tenantId: newId('tenant') }), generated.key],
    [
      'of another tenant, and expired',
      published({ tenantId: newId('tenant'), expiresAt: '2020-01-01T00:00:00Z' }),
      generated.key,
    ],
    [
      'with a wrong secret, and expired',
      published({ secretHash: '1'.repeat(64), expiresAt: '2020-01-01T00:00:00Z' }),
      generated.key,
    ],
    ['mistyped', published(), alteredCredential(generated.key)],
    ['longer than a key', published(), `${generated.key}0`],
    ['empty', published(), ''],
    ['no Sluice key at all', published(), 'secret'],
  ])('gives the same answer to a key that is %s', (_, apiKey, presented) => {
    expect(check(apiKey, presented)).toEqual({ ok: false, code: 'key_invalid' });
  });

  test('a key is expired from that very moment on', () => {
    const expired = { ok: false, code: 'key_expired' };
    expect(check(published({ expiresAt: '2026-11-22T14:00:00.000Z' }))).toEqual(expired);
    expect(check(published({ expiresAt: '2026-11-22T13:59:59Z', scopes: ['manage'] }))).toEqual(expired);
  });

  test.each<[string, Partial<PublishedApiKey>]>([
    ['the scope connect', { scopes: ['manage'] }],
    ['this route', { routeIds: [newId('route')] }],
  ])('forbids a key without %s', (_, others) => {
    expect(check(published(others))).toMatchObject({ ok: false, code: 'key_forbidden' });
  });

  test('the previous secret of a rotated key is accepted until its grace is over, and reported', () => {
    const { prefix, secretHash } = generateApiKey();
    const previous = { prefix: generated.prefix, secretHash: generated.secretHash };
    const rotated = (expiresAt: string): PublishedApiKey =>
      published({ prefix, secretHash, previous: { ...previous, expiresAt } });
    const find = (apiKey: PublishedApiKey): KeyCheckResult =>
      checkKey({ presented: generated.key, route, tenant, findByPrefix: () => apiKey, hasSecret, now });
    const inGrace = rotated('2026-11-22T14:00:00.001Z');
    expect(find(inGrace)).toEqual({ ok: true, apiKey: inGrace, prefix: generated.prefix });
    expect(find(rotated('2026-11-22T14:00:00.000Z'))).toEqual({ ok: false, code: 'key_expired' });
    const wrong = { ...previous, secretHash: '1'.repeat(64), expiresAt: '2026-11-23T00:00:00Z' };
    expect(find(published({ prefix, secretHash, previous: wrong }))).toEqual({
      ok: false,
      code: 'key_invalid',
    });
    expect(find(published({ prefix, secretHash }))).toEqual({ ok: false, code: 'key_invalid' });
  });
});
