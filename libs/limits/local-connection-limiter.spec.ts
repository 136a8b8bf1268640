import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeConnectionLimiter } from '../../test/support/connection-limiter-contract.js';
import { keyOf, requestOf, routeOf, slotOf, tenantWith } from '../../test/support/slot-requests.js';
import type { Slot, SlotRequest } from './connection-limits.js';
import { LocalConnectionLimiter } from './local-connection-limiter.js';

const nothing = { connections: 0, tenants: 0, routes: 0, keys: 0, addresses: 0, rates: 0 };

function limiterAt(clock: { nowMs: number } = { nowMs: 0 }): LocalConnectionLimiter {
  return new LocalConnectionLimiter({ now: () => clock.nowMs });
}

describeConnectionLimiter('LocalConnectionLimiter', () => limiterAt());

describe('LocalConnectionLimiter: connect rate', () => {
  test('the tokens of one second are available at once, and further tokens at the rate', async () => {
    const clock = { nowMs: 5000 };
    const limiter = limiterAt(clock);
    const request = requestOf(tenantWith({ connectionsPerSecond: 4 }));
    const admitted = async (): Promise<number> => {
      const results = await Promise.all(Array.from({ length: 10 }, async () => limiter.acquire(request)));
      return results.filter((result) => result.ok).length;
    };
    expect(await admitted()).toBe(4);
    expect(await limiter.acquire(request)).toEqual({
      ok: false,
      code: 'connect_rate',
      limit: 'tenant',
      retryAfterSeconds: 1,
    });
    clock.nowMs += 249;
    expect(await admitted()).toBe(0);
    clock.nowMs += 1;
    expect(await admitted()).toBe(1);
    clock.nowMs += 60_000;
    expect(await admitted()).toBe(4);
  });

  test('a request that a connection limit refuses takes no token', async () => {
    const acme = tenantWith({ connectionsPerSecond: 1, maxConnections: 0 });
    const limiter = limiterAt();
    expect(await limiter.acquire(requestOf(acme))).toMatchObject({ code: 'connection_limit' });
    const opened = { ...acme, limits: { ...acme.limits, maxConnections: 1 } };
    expect((await limiter.acquire(requestOf(opened))).ok).toBe(true);
  });

  test('the rate is checked before the limits', async () => {
    const limiter = limiterAt();
    const request = requestOf(tenantWith({ connectionsPerSecond: 1, maxConnections: 1 }));
    slotOf(await limiter.acquire(request));
    expect(await limiter.acquire(request)).toMatchObject({ ok: false, code: 'connect_rate' });
  });

  test('tenants that have been idle for a second are dropped', async () => {
    const clock = { nowMs: 0 };
    const limiter = limiterAt(clock);
    for (let tenants = 0; tenants < 5; tenants += 1) {
      slotOf(await limiter.acquire(requestOf(tenantWith({ connectionsPerSecond: 1 })))).release();
      clock.nowMs += 300;
    }
    expect(limiter.counts()).toEqual({ ...nothing, rates: 3 });
    clock.nowMs += 1000;
    expect(limiter.counts()).toEqual(nothing);
  });
});

describe('LocalConnectionLimiter: any sequence', () => {
  const limits = {
    maxConnections: 6,
    maxConnectionsPerKey: 3,
    maxConnectionsPerIp: 4,
    connectionsPerSecond: 5,
  };
  const tenants = [tenantWith(limits), tenantWith(limits)];
  const requests = tenants.flatMap((tenant) =>
    [routeOf(tenant, 5), routeOf(tenant)].flatMap((route) =>
      [keyOf(tenant, 2), keyOf(tenant), null].flatMap((apiKey) =>
        ['192.0.2.1', '2001:db8::1'].map((clientAddress) => ({ tenant, route, apiKey, clientAddress })),
      ),
    ),
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ request: fc.constantFrom(...requests) }) },
    { weight: 3, arbitrary: fc.record({ release: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ waitMs: fc.integer({ min: 1, max: 400 }) }) },
  );

  test('no limit is exceeded, only reached limits refuse, and all counts are 0 at the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const clock = { nowMs: 0 };
        const limiter = limiterAt(clock);
        const held: { request: SlotRequest; slot: Slot }[] = [];
        const admittedAt: { tenantId: string; nowMs: number }[] = [];
        const countBy = (of: (request: SlotRequest) => string | undefined, request: SlotRequest): number =>
          held.filter((other) => of(other.request) === of(request)).length;
        for (const action of steps) {
          if ('waitMs' in action) clock.nowMs += action.waitMs;
          if ('release' in action) {
            held.splice(action.release % (held.length + 1), 1)[0]?.slot.release();
          }
          if (!('request' in action)) continue;
          const { request } = action;
          const { tenant, route, apiKey } = request;
          const isFull =
            countBy((other) => other.tenant.id, request) >= 6 ||
            countBy((other) => other.route.id, request) >= (route.maxConnections ?? Infinity) ||
            (apiKey !== null &&
              countBy((other) => other.apiKey?.id, request) >= (apiKey.maxConnections ?? 3)) ||
            countBy((other) => `${other.tenant.id} ${other.clientAddress}`, request) >= 4;
          const result = await limiter.acquire(request);
          if (!result.ok) {
            if (result.code === 'connection_limit') expect(isFull).toBe(true);
            continue;
          }
          expect(isFull).toBe(false);
          held.push({ request, slot: result.slot });
          admittedAt.push({ tenantId: tenant.id, nowMs: clock.nowMs });
          // A bucket of 5 that fills with 5 a second gives at most 10 within any second.
          const recent = admittedAt.filter(
            ({ tenantId, nowMs }) => tenantId === tenant.id && nowMs > clock.nowMs - 1000,
          );
          expect(recent.length).toBeLessThanOrEqual(10);
        }
        expect(limiter.counts().connections).toBe(held.length);
        for (const { slot } of held) slot.release();
        clock.nowMs += 1000;
        expect(limiter.counts()).toEqual(nothing);
      }),
      { numRuns: 300 },
    );
  });
});
