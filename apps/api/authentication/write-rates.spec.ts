import { expect, test } from 'vitest';
import type { Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { WriteRates } from './write-rates.js';

test('a burst of two seconds’ worth of writes is accepted; after it the rate applies', () => {
  const rates = new WriteRates({ tenantWritesPerSecond: 5 });
  expect(taken(rates, tenant('one'), 20, 0)).toBe(10);
  expect(retryAfter(rates, tenant('one'), 0)).toBe('1');
  expect(taken(rates, tenant('one'), 20, 1000)).toBe(5);
  expect(taken(rates, tenant('one'), 20, 60_000)).toBe(10);
});

test('all keys of a tenant share its rate, and operators have no limit', () => {
  const rates = new WriteRates({ tenantWritesPerSecond: 1 });
  expect(taken(rates, tenant('one'), 5, 0)).toBe(2);
  expect(taken(rates, { ...tenant('one'), keyId: 'key_b' }, 5, 0)).toBe(0);
  expect(taken(rates, tenant('two'), 5, 0)).toBe(2);
  expect(taken(rates, { kind: 'admin' }, 50, 0)).toBe(50);
  const operator = { kind: 'operator', operatorId: 'opr_a', role: 'admin', prefix: 'slo_0' } as const;
  expect(taken(rates, { ...operator, tenantIds: null }, 50, 0)).toBe(50);
  expect(taken(rates, { ...operator, tenantIds: ['ten_a', 'ten_b'] }, 5, 0)).toBe(2);
});

test('a large body counts as several writes, and a body above the capacity needs a full bucket', () => {
  const rates = new WriteRates({ tenantWritesPerSecond: 5 });
  const kibibyte = 1024;
  rates.take(tenant('one'), 64 * kibibyte, 0);
  expect(taken(rates, tenant('one'), 20, 0)).toBe(5);
  expect(() => rates.take(tenant('two'), 1024 * kibibyte, 0)).not.toThrow();
  expect(retryAfter(rates, tenant('two'), 0)).toBe('12');
  expect(taken(rates, tenant('two'), 20, 11_000)).toBe(0);
  expect(taken(rates, tenant('two'), 20, 11_200)).toBe(1);
});

test('with a rate of 0, writes are not limited', () => {
  expect(taken(new WriteRates({ tenantWritesPerSecond: 0 }), tenant('one'), 500, 0)).toBe(500);
});

function taken(rates: WriteRates, principal: Principal, count: number, nowMs: number): number {
  let successes = 0;
  for (let index = 0; index < count; index += 1) {
    try {
      rates.take(principal, 0, nowMs);
      successes += 1;
    } catch {
      break;
    }
  }
  return successes;
}

function retryAfter(rates: WriteRates, principal: Principal, nowMs: number): string | undefined {
  try {
    rates.take(principal, 0, nowMs);
  } catch (error) {
    if (error instanceof ProblemError) return error.headers['Retry-After'];
  }
  return undefined;
}

function tenant(tenantId: string): Principal & { kind: 'apiKey' } {
  const scopes = ['manage'] as const;
  return {
    kind: 'apiKey',
    keyId: 'key_a',
    prefix: 'slc_a',
    tenantId,
    scopes,
    routeIds: null,
    expiresAt: null,
  };
}
