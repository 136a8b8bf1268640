import { expect, test } from 'vitest';
import { TenantCache } from './tenant-cache.js';

let nowMs = 0;

function cacheOf(
  maxPerTenant: number,
  canEvict?: (entry: { key: string }) => boolean,
): TenantCache<{ key: string }> {
  nowMs = 0;
  return new TenantCache({
    create: (key) => ({ key }),
    maxPerTenant,
    idleMs: 60_000,
    now: () => nowMs,
    ...(canEvict && { canEvict }),
  });
}

test('a new entry of a tenant at its maximum evicts the least recently used entry of the tenant', () => {
  const cache = cacheOf(2);
  const [first, second] = [cache.use('a', 'first'), cache.use('a', 'second')];
  expect(cache.use('a', 'first')).toBe(first);
  cache.use('a', 'third');
  expect(cache.use('a', 'first')).toBe(first);
  expect(cache.use('a', 'second')).not.toBe(second);
  expect(cache.size).toBe(2);
});

test('a tenant cannot evict an entry that another tenant holds', () => {
  const cache = cacheOf(10);
  const [own, shared] = [cache.use('b', 'own'), cache.use('b', 'shared')];
  expect(cache.use('a', 'shared')).toBe(shared);
  for (let index = 0; index < 1000; index += 1) cache.use('a', `of a ${index}`);
  expect(cache.use('b', 'own')).toBe(own);
  expect(cache.use('b', 'shared')).toBe(shared);
  expect(cache.size).toBe(12);
});

test('an entry that may not be evicted is kept, and a tenant with only such entries gets no new entry', () => {
  const busy = new Set(['first', 'second']);
  const cache = cacheOf(2, ({ key }) => !busy.has(key));
  const first = cache.use('a', 'first');
  cache.use('a', 'second');
  expect(cache.use('a', 'third')).toBeNull();
  expect(cache.use('a', 'first')).toBe(first);
  expect(cache.use('b', 'third')).toEqual({ key: 'third' });
  busy.delete('second');
  expect(cache.use('a', 'third')).toEqual({ key: 'third' });
  expect(cache.use('a', 'first')).toBe(first);
});

test('a tenant that has used no entry for the idle time is dropped', () => {
  const cache = cacheOf(10);
  for (const tenantId of ['a', 'b', 'c']) {
    for (let index = 0; index < 10; index += 1) cache.use(tenantId, `${tenantId} ${index}`);
  }
  nowMs = 59_999;
  cache.use('b', 'b 0');
  nowMs = 60_000;
  cache.use('d', 'd 0');
  expect(cache.size).toBe(11);
});
