import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { newId, type PublishedTenant } from '#libs/contract';
import { generateTicket, type TicketGrant } from '#libs/credentials';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { FleetWorld } from '../support/fleet-world.js';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

describe('a ticket at a gateway', () => {
  let world: GatewayWorld;
  let echo: RunningEcho;
  let tenant: PublishedTenant;
  let apiKey: TestKey;

  beforeEach(async () => {
    world = await GatewayWorld.start();
    echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    tenant = await world.tenant();
    apiKey = await world.apiKey(tenant, { maxConnections: 1 });
  });

  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    await echo.close();
  });

  async function issue(overrides: Partial<TicketGrant> = {}): Promise<string> {
    const { ticket, ticketHash } = generateTicket();
    const grant = { tenantId: tenant.id, apiKeyId: apiKey.published.id, routeIds: null };
    await world.tickets.issue(ticketHash, { ...grant, ...overrides }, 300);
    return ticket;
  }

  async function refusal(ticket: string): Promise<unknown> {
    const { status, body } = await rawRequest(world.port, upgradeRequest(`/?ticket=${ticket}`));
    return [status, (JSON.parse(body) as { code: string }).code];
  }

  test.each(['query', 'subprotocol'])('opens one connection from the %s', async (source) => {
    await world.route(tenant, { upstreams: [{ url: echo.url }], auth: {} });
    const ticket = await issue();
    const client =
      source === 'query'
        ? new WebSocket(`${world.url}/?ticket=${ticket}`)
        : new WebSocket(world.url, [`sluice.ticket.${ticket}`]);
    await once(client, 'open');
    expect(await refusal(ticket)).toEqual([401, 'ticket_invalid']);
    client.close();
    await once(client, 'close');
  });

  test('does not reach the upstream', async () => {
    const upstream = await CountingUpstream.start((socket) => socket.once('data', () => socket.destroy()));
    await world.route(tenant, { upstreams: [{ url: upstream.url }], auth: {} });
    const ticket = await issue();
    const protocols = { 'Sec-WebSocket-Protocol': `chat, sluice.ticket.${ticket}` };
    await rawRequest(world.port, upgradeRequest(`/?a&ticket=${ticket}`, protocols));
    expect(upstream.received).toContain('GET /?a HTTP/1.1');
    expect(upstream.received).not.toContain('slt_');
    expect(JSON.stringify(world.records)).not.toContain('slt_');
    await upstream.close();
  });

  test("opens a connection that counts against its key's limit and closes when the key is revoked", async () => {
    await world.route(tenant, { upstreams: [{ url: echo.url }], auth: {} });
    const client = new WebSocket(`${world.url}/?ticket=${await issue()}`);
    await once(client, 'open');
    expect(await refusal(await issue())).toEqual([429, 'connection_limit']);
    const closed = once(client, 'close');
    await world.publish({ kind: 'apiKey', id: apiKey.published.id, value: null });
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1008, 'key revoked']);
    expect(await refusal(await issue())).toEqual([401, 'ticket_invalid']);
  });

  test('is refused if it or its key is not valid for this route, tenant or time', async () => {
    const route = await world.route(tenant, { upstreams: [{ url: echo.url }], auth: {} });
    expect(await refusal(generateTicket().ticket)).toEqual([401, 'ticket_invalid']);
    expect(await refusal(`${await issue()}x`)).toEqual([401, 'ticket_invalid']);
    expect(await refusal(await issue({ tenantId: newId('tenant') }))).toEqual([401, 'ticket_invalid']);
    expect(await refusal(await issue({ routeIds: [newId('route')] }))).toEqual([403, 'key_forbidden']);
    const change = (value: object): Promise<void> =>
      world.publish({ kind: 'apiKey', id: apiKey.published.id, value: { ...apiKey.published, ...value } });
    await change({ routeIds: [newId('route')] });
    expect(await refusal(await issue({ routeIds: [route.id] }))).toEqual([403, 'key_forbidden']);
    await change({ expiresAt: '2020-01-01T00:00:00Z' });
    expect(await refusal(await issue())).toEqual([401, 'key_expired']);
  });

  test('of a key of another tenant is refused, even if the store accepts it', async () => {
    await world.route(tenant, { upstreams: [{ url: echo.url }], auth: {} });
    const foreign = await world.apiKey(await world.tenant({ id: newId('tenant'), slug: 'other' }));
    expect(await refusal(await issue({ apiKeyId: foreign.published.id }))).toEqual([401, 'ticket_invalid']);
  });
});

test('a ticket of the API is valid once in the whole fleet, and the answer is 503 while Redis is down', async () => {
  const fleet = await FleetWorld.start();
  try {
    await fleet.write('POST', '/tenants', { slug: 'acme' });
    const { id, key } = await fleet.write('POST', '/tenants/acme/api-keys', { name: 'web' });
    await fleet.writeRoute('/a', {});
    await vi.waitFor(async () => {
      for (const client of await fleet.openOnEach('/a', { 'x-api-key': key })) client.terminate();
    }, longWait);
    const path = `/tenants/acme/api-keys/${id}/tickets`;
    const { ticket } = (await fleet.write('POST', path)) as unknown as { ticket: string };
    const ask = async (index: number): Promise<{ status: number; retryAfter: string | undefined }> => {
      const port = Number(new URL(fleet.gateways[index]?.urls[0] ?? '').port);
      const target = `/a?ticket=${ticket}`;
      const { status, headers } = await rawRequest(port, upgradeRequest(target));
      return { status, retryAfter: headers['retry-after'] };
    };
    const client = new WebSocket(`${fleet.gateways[1]?.urls[0] ?? ''}/a?ticket=${ticket}`);
    await once(client, 'open');
    expect(await Promise.all([ask(0), ask(1)])).toMatchObject([{ status: 401 }, { status: 401 }]);
    await fleet.redis.kill();
    expect(await ask(0)).toEqual({ status: 503, retryAfter: '2' });
    await expect(fleet.write('POST', path)).rejects.toThrow('fleet_unavailable');
    client.close();
    await once(client, 'close');
  } finally {
    await fleet.close();
  }
});
