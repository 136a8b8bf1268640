import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RedisError } from '#libs/redis';
import { recordingLogger } from '../../test/support/config-bus/recording-logger.js';
import { longWait } from '../../test/support/long-wait.js';
import { startRedisServer, type RedisServer } from '../../test/support/redis-server.js';
import { describeTickets, sampleGrant } from '../../test/support/tickets/tickets-contract.js';
import { createRedisTickets } from './redis-tickets.js';
import { generateTicket } from './ticket.js';
import type { Tickets } from './ticket-store.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

function open(timeoutMs?: number): Tickets {
  const { logger } = recordingLogger();
  return createRedisTickets({ url: server.url, prefix: 'test', logger, ...(timeoutMs && { timeoutMs }) });
}

describeTickets('tickets in Redis', () => {
  const [issuer, one, other] = [open(), open(), open()];
  const close = async (): Promise<void> => {
    await Promise.all([issuer.close(), one.close(), other.close()]);
  };
  return { issuer, redeemers: [one, other], close };
});

test('Redis has the hash of a ticket, not the ticket itself, and only for its time to live', async () => {
  const tickets = open();
  const admin = new Redis(server.url);
  await admin.flushall();
  const { ticket, ticketHash } = generateTicket();
  await tickets.issue(ticketHash, sampleGrant(), 30);
  const [key = '', ...others] = await admin.keys('*');
  expect([key, others]).toEqual([`test:ticket:${ticketHash}`, []]);
  expect(`${key} ${String(await admin.get(key))}`).not.toContain(ticket.slice(4, 20));
  expect(await admin.pttl(key)).toBeGreaterThan(0);
  expect(await admin.pttl(key)).toBeLessThanOrEqual(30_000);
  await tickets.redeem(ticketHash);
  expect(await admin.keys('*')).toEqual([]);
  await tickets.close();
  admin.disconnect();
});

test.each(['no JSON', '{}', '{"tenantId":"ten_x","apiKeyId":"key_x","routeIds":null}'])(
  'an invalid value in Redis grants nothing: %s',
  async (text) => {
    const tickets = open();
    const admin = new Redis(server.url);
    const { ticketHash } = generateTicket();
    await admin.set(`test:ticket:${ticketHash}`, text);
    expect(await tickets.redeem(ticketHash)).toEqual({ ok: true, grant: null });
    await tickets.close();
    admin.disconnect();
  },
);

test('while Redis is down or frozen, issuing and redeeming fail within a bounded time, and work again afterwards', async () => {
  const tickets = open(200);
  const { ticketHash } = generateTicket();
  await tickets.issue(ticketHash, sampleGrant(), 300);
  server.pause();
  await expect(tickets.issue(ticketHash, sampleGrant(), 300)).rejects.toThrow(RedisError);
  expect(await tickets.redeem(generateTicket().ticketHash)).toMatchObject({ ok: false });
  server.resume();
  await server.kill();
  await expect(tickets.issue(ticketHash, sampleGrant(), 300)).rejects.toThrow(RedisError);
  expect(await tickets.redeem(ticketHash)).toMatchObject({ ok: false });
  await server.start();
  await vi.waitFor(async () => {
    await tickets.issue(ticketHash, sampleGrant(), 300);
    expect(await tickets.redeem(ticketHash)).toMatchObject({ ok: true, grant: { routeIds: null } });
  }, longWait);
  await tickets.close();
});
