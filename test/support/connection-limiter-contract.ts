import { describe, expect, test, vi } from 'vitest';
import { LightAbort } from '#libs/async';
import type { ConnectionLimiter, SlotRequest } from '#libs/limits';
import { longWait } from './long-wait.js';
import { keyOf, requestOf, routeOf, slotOf, tenantWith } from './slot-requests.js';

const nothing = { connections: 0, tenants: 0, routes: 0, keys: 0, addresses: 0, rates: 0 };

/** Waits until one more connection is admitted: a released slot may take some time to be counted. */
async function untilLetIn(limiter: ConnectionLimiter, request: SlotRequest): Promise<void> {
  await vi.waitFor(async () => expect((await limiter.acquire(request)).ok).toBe(true), longWait);
}

/** The contract of each adapter for connections; `create` makes a limiter without slots. */
export function describeConnectionLimiter(
  name: string,
  create: () => ConnectionLimiter | Promise<ConnectionLimiter>,
): void {
  describe(`${name}: connections`, () => {
    const tenant = tenantWith();
    const limited: [string, SlotRequest][] = [
      ['tenant', requestOf(tenantWith({ maxConnections: 2 }))],
      ['route', requestOf(tenant, { route: routeOf(tenant, 2) })],
      ['key', requestOf(tenant, { apiKey: keyOf(tenant, 2) })],
      [
        'key',
        ((acme) => requestOf(acme, { apiKey: keyOf(acme, 9) }))(tenantWith({ maxConnectionsPerKey: 2 })),
      ],
      [
        'key',
        ((acme) => requestOf(acme, { apiKey: keyOf(acme, 2) }))(tenantWith({ maxConnectionsPerKey: 9 })),
      ],
      ['address', requestOf(tenantWith({ maxConnectionsPerIp: 2 }))],
    ];

    test.each(limited)(
      'refuses a connection above the limit of the %s, until a slot is released: %#',
      async (limit, request) => {
        const limiter = await create();
        const first = slotOf(await limiter.acquire(request));
        slotOf(await limiter.acquire(request));
        const refused = await limiter.acquire(request);
        expect(refused).toMatchObject({ ok: false, code: 'connection_limit', limit });
        expect(refused).toHaveProperty('retryAfterSeconds', expect.any(Number));
        first.release();
        await untilLetIn(limiter, request);
      },
    );

    test.each(limited)('reads the limit of the %s and takes nothing: %#', async (limit, request) => {
      const limiter = await create();
      for (const count of [0, 1, 2]) {
        const { refusal, counts } = await limiter.read(request);
        expect(counts.find(({ kind }) => kind === limit)).toEqual({ kind: limit, count, limit: 2 });
        if (count < 2) expect(refusal).toBeNull();
        else expect(refusal).toMatchObject({ code: 'connection_limit', limit });
        if (count < 2) slotOf(await limiter.acquire(request));
      }
      expect(limiter.counts().connections).toBe(2);
    });

    test('reads the connect rate and takes no part of it', async () => {
      const limiter = await create();
      const request = requestOf(tenantWith({ connectionsPerSecond: 1 }));
      for (let count = 0; count < 3; count += 1) {
        expect(await limiter.read(request)).toMatchObject({
          refusal: null,
          rate: { perSecond: 1, waitMs: 0 },
        });
      }
      slotOf(await limiter.acquire(request));
      const { refusal, rate } = await limiter.read(request);
      expect(refusal).toMatchObject({ code: 'connect_rate', limit: 'tenant' });
      expect(rate?.waitMs).toBeGreaterThan(0);
    });

    test('counts a double release of a slot once', async () => {
      const limiter = await create();
      const request = requestOf(tenantWith({ maxConnections: 2 }));
      const slot = slotOf(await limiter.acquire(request));
      slotOf(await limiter.acquire(request));
      slot.release();
      slot.release();
      expect(limiter.counts()).toMatchObject({ connections: 1, tenants: 1 });
      await untilLetIn(limiter, request);
      expect((await limiter.acquire(request)).ok).toBe(false);
    });

    test('admits no connection with a limit of 0', async () => {
      const result = await (await create()).acquire(requestOf(tenantWith({ maxConnections: 0 })));
      expect(result).toMatchObject({ ok: false, limit: 'tenant' });
    });

    test('reports the first exceeded limit in the order tenant, route, key, address', async () => {
      const acme = tenantWith({ maxConnections: 0, maxConnectionsPerKey: 0, maxConnectionsPerIp: 0 });
      const full = requestOf(acme, { route: routeOf(acme, 0), apiKey: keyOf(acme) });
      const limits = { ...acme.limits, maxConnections: null };
      const withoutTenant = { ...full, tenant: { ...acme, limits } };
      const withoutRoute = { ...withoutTenant, route: routeOf(acme) };
      const withoutKey = { ...withoutRoute, apiKey: null };
      const limiter = await create();
      for (const [request, limit] of [
        [full, 'tenant'],
        [withoutTenant, 'route'],
        [withoutRoute, 'key'],
        [withoutKey, 'address'],
      ] as const) {
        expect(await limiter.acquire(request)).toMatchObject({ ok: false, limit });
      }
      expect(limiter.counts()).toEqual(nothing);
    });

    test('counts connections that are older than the limit', async () => {
      const acme = tenantWith();
      const limiter = await create();
      const request = requestOf(acme);
      slotOf(await limiter.acquire(request));
      const tightened = { ...acme, limits: { ...acme.limits, maxConnectionsPerIp: 1 } };
      expect(await limiter.acquire({ ...request, tenant: tightened })).toMatchObject({
        ok: false,
        limit: 'address',
      });
    });

    test.each([
      ['::ffff:192.0.2.1', '192.0.2.1', true],
      ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
      ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
      ['192.0.2.1', '192.0.2.2', false],
    ])('the addresses %s and %s count as one: %s', async (one, other, isOne) => {
      const request = requestOf(tenantWith({ maxConnectionsPerIp: 1 }));
      const limiter = await create();
      slotOf(await limiter.acquire({ ...request, clientAddress: one }));
      expect((await limiter.acquire({ ...request, clientAddress: other })).ok).toBe(!isOne);
    });

    test('counts an address separately for each tenant', async () => {
      const limiter = await create();
      for (const acme of [tenantWith({ maxConnectionsPerIp: 1 }), tenantWith({ maxConnectionsPerIp: 1 })]) {
        slotOf(await limiter.acquire(requestOf(acme)));
      }
      expect(limiter.counts()).toEqual({
        connections: 2,
        tenants: 2,
        routes: 2,
        keys: 0,
        addresses: 2,
        rates: 0,
      });
    });

    test('takes no slot for a client that has already disconnected', async () => {
      const abort = new LightAbort();
      abort.abort();
      const limiter = await create();
      const request = requestOf(tenantWith({ connectionsPerSecond: 1, maxConnections: 1 }));
      expect(await limiter.acquire(request, abort)).toEqual({ ok: false, code: 'aborted' });
      expect(limiter.counts()).toEqual(nothing);
      slotOf(await limiter.acquire(request));
    });

    test('decides concurrent requests one by one', async () => {
      const request = requestOf(tenantWith({ maxConnections: 3 }));
      const limiter = await create();
      const results = await Promise.all(Array.from({ length: 10 }, async () => limiter.acquire(request)));
      expect(results.filter((result) => result.ok)).toHaveLength(3);
    });
  });
}
