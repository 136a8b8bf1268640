import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { LightAbort } from '#libs/async';
import { describeConnectionLimiter } from '../../../test/support/connection-limiter-contract.js';
import { longWait } from '../../../test/support/long-wait.js';
import { requestOf, slotOf, tenantWith } from '../../../test/support/slot-requests.js';
import type { AcquireResult, ConnectionLimiter, LimiterStatus } from '../connection-limits.js';
import { LocalConnectionLimiter } from '../local-connection-limiter.js';
import { ChannelConnectionLimiter } from './channel-connection-limiter.js';
import { limiterAnswerSchema, limiterRequestSchema, type LimiterRequest } from './limiter-messages.js';
import { SlotServer } from './slot-server.js';

interface Pair {
  client: ChannelConnectionLimiter;
  server: SlotServer;
}

/** A limiter and a slot server, connected by a channel that carries text like a channel between processes. */
function pairOn(limiter: Pick<ConnectionLimiter, 'acquire' | 'read' | 'status'>, timeoutMs = 10_000): Pair {
  const carry = (message: unknown, to: (received: unknown) => void): boolean => {
    const text = JSON.stringify(message);
    setImmediate(() => to(JSON.parse(text)));
    return true;
  };
  const client = new ChannelConnectionLimiter({
    send: (request) => carry(request, (received) => server.take(limiterRequestSchema.parse(received))),
    timeoutMs,
  });
  const server: SlotServer = new SlotServer({
    limiter,
    send: (answer) => carry(answer, (received) => client.take(limiterAnswerSchema.parse(received))),
  });
  return { client, server };
}

function counting(): LocalConnectionLimiter {
  return new LocalConnectionLimiter({ now: () => performance.now() });
}

/** Answers only after a call of `answer`. */
function answeringOnCommand(
  limiter: ConnectionLimiter,
): Pick<ConnectionLimiter, 'acquire' | 'read' | 'status'> & { answer(): void } {
  let answer = (): void => undefined;
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  return {
    status: () => limiter.status(),
    acquire: async (request, signal): Promise<AcquireResult> => {
      await mayAnswer;
      return limiter.acquire(request, signal);
    },
    read: async (request) => {
      await mayAnswer;
      return limiter.read(request);
    },
    answer: () => answer(),
  };
}

describeConnectionLimiter('ChannelConnectionLimiter', () => pairOn(counting()).client);

test('three processes together get exactly as many slots as the limit allows, and release all of them', async () => {
  const limiter = counting();
  const pairs = [pairOn(limiter), pairOn(limiter), pairOn(limiter)];
  const request = requestOf(tenantWith({ maxConnections: 10 }));
  const clients = Array.from({ length: 20 }, () => pairs).flat();
  const results = await Promise.all(clients.map(({ client }) => client.acquire(request)));
  const slots = results.flatMap((result) => (result.ok ? [result.slot] : []));
  expect(slots).toHaveLength(10);
  expect(pairs.reduce((sum, { server }) => sum + server.held, 0)).toBe(10);
  for (const slot of slots) slot.release();
  await vi.waitFor(() => expect(limiter.counts().connections).toBe(0), longWait);
  expect(pairs.map(({ server }) => server.held)).toEqual([0, 0, 0]);
});

test('the channel transmits refusals by the connect rate with their wait, and the status of the limiter', async () => {
  const { client } = pairOn({
    acquire: () =>
      Promise.resolve({ ok: false, code: 'connect_rate', limit: 'tenant', retryAfterSeconds: 7 }),
    read: () => Promise.resolve({ refusal: null, rate: null, counts: [] }),
    status: () => ({ scope: 'fleet', gateways: 3 }),
  });
  expect(await client.acquire(requestOf(tenantWith()))).toEqual({
    ok: false,
    code: 'connect_rate',
    limit: 'tenant',
    retryAfterSeconds: 7,
  });
  expect(client.status()).toEqual({ scope: 'fleet', gateways: 3 });
});

test('the slots of a dead process are released, including those granted after its death', async () => {
  const limiter = counting();
  const { client, server } = pairOn(limiter);
  const request = requestOf(tenantWith());
  for (let count = 0; count < 5; count += 1) slotOf(await client.acquire(request));
  const slow = answeringOnCommand(limiter);
  const late = pairOn(slow);
  void late.client.acquire(request);
  await nextTurn();
  server.close();
  late.server.close();
  expect(limiter.counts().connections).toBe(0);
  slow.answer();
  await nextTurn();
  expect(limiter.counts().connections).toBe(0);
});

test('requests without an answer in time are refused, and slots granted too late are released', async () => {
  const limiter = counting();
  const acquire = vi.spyOn(limiter, 'acquire');
  const slow = answeringOnCommand(limiter);
  const { client } = pairOn(slow, 20);
  expect(await client.acquire(requestOf(tenantWith()))).toMatchObject({
    ok: false,
    code: 'limits_unavailable',
  });
  slow.answer();
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledOnce(), longWait);
  await vi.waitFor(() => expect(limiter.counts().connections).toBe(0), longWait);
  expect(client.counts().connections).toBe(0);
});

test('new and waiting requests are refused when the other process is gone', async () => {
  const alone = new ChannelConnectionLimiter({ send: () => false });
  expect(await alone.acquire(requestOf(tenantWith()))).toMatchObject({ code: 'limits_unavailable' });
  const { client } = pairOn(answeringOnCommand(counting()));
  const waiting = client.acquire(requestOf(tenantWith()));
  await client.close();
  const atOnce = await Promise.race([waiting, nextTurn('still waiting')]);
  expect(atOnce).toMatchObject({ ok: false, code: 'limits_unavailable' });
});

test('an aborted request is answered at once, and takes no slot in the other process', async () => {
  const limiter = counting();
  const acquire = vi.spyOn(limiter, 'acquire');
  const slow = answeringOnCommand(limiter);
  const { client, server } = pairOn(slow);
  const abort = new LightAbort();
  const given = client.acquire(requestOf(tenantWith()), abort);
  await nextTurn();
  abort.abort();
  expect(await given).toEqual({ ok: false, code: 'aborted' });
  await nextTurn();
  await nextTurn();
  slow.answer();
  await vi.waitFor(() => expect(acquire).toHaveBeenCalledOnce(), longWait);
  expect(await acquire.mock.results[0]?.value).toEqual({ ok: false, code: 'aborted' });
  expect([limiter.counts().connections, server.held, client.counts().connections]).toEqual([0, 0, 0]);
});

test('the status before the first answer is that of a gateway that counts alone', () => {
  expect(pairOn(counting()).client.status()).toEqual({ scope: 'gateway', gateways: 1 });
});

test('slots that are released in one turn of the event loop are sent in one message, each once', async () => {
  const sent: LimiterRequest[] = [];
  const client = new ChannelConnectionLimiter({ send: (request) => sent.push(request) > 0 });
  const status: LimiterStatus = { scope: 'gateway', gateways: 1 };
  const granted = [1, 2, 3].map(() => client.acquire(requestOf(tenantWith())));
  for (const slot of [1, 2, 3]) client.take({ slot, refusal: null, status });
  const [first, second, third] = (await Promise.all(granted)).map(slotOf);
  sent.length = 0;
  first?.release();
  second?.release();
  await nextTurn();
  third?.release();
  await nextTurn();
  expect(sent).toEqual([
    { kind: 'release', slots: [1, 2] },
    { kind: 'release', slots: [3] },
  ]);
});

test('a refusal that comes too late releases nothing', async () => {
  const sent: LimiterRequest[] = [];
  const client = new ChannelConnectionLimiter({ send: (request) => sent.push(request) > 0 });
  const pending = client.acquire(requestOf(tenantWith()));
  await client.close();
  await pending;
  const refusal = { code: 'limits_unavailable', limit: null, retryAfterSeconds: 2 } as const;
  client.take({ slot: 1, refusal, status: { scope: 'gateway', gateways: 1 } });
  await nextTurn();
  expect(sent.map(({ kind }) => kind)).toEqual(['acquire']);
});

test('limits that are not read in time are unknown, and would refuse the request', async () => {
  const { client } = pairOn(answeringOnCommand(counting()), 10);
  const readings = await client.read(requestOf(tenantWith({ maxConnections: 2, connectionsPerSecond: 5 })));
  expect(readings).toMatchObject({
    refusal: { code: 'limits_unavailable' },
    rate: { perSecond: 5, waitMs: null },
    counts: [
      { kind: 'tenant', count: null, limit: 2 },
      { kind: 'route', count: null, limit: null },
      { kind: 'address', count: null, limit: null },
    ],
  });
});
