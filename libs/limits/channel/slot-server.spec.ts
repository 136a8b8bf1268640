import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { requestOf, tenantWith } from '../../../test/support/slot-requests.js';
import { HeldSlots } from '../held-slots.js';
import type { AcquireResult } from '../connection-limits.js';
import { SlotServer } from './slot-server.js';

const acquire = { kind: 'acquire', slot: 1, request: requestOf(tenantWith()) } as const;

/** Grants each request when `grant` is called, also one that was canceled. */
function serverOfSlots(): {
  server: SlotServer;
  send: ReturnType<typeof vi.fn>;
  grant: () => void;
  slots: HeldSlots;
} {
  const slots = new HeldSlots();
  let grant = (): void => undefined;
  const send = vi.fn();
  const server = new SlotServer({
    limiter: {
      status: () => ({ scope: 'gateway', gateways: 1 }),
      acquire: () =>
        new Promise<AcquireResult>((resolve) => {
          grant = () => resolve({ ok: true, slot: slots.hold([]) });
        }),
      read: () => Promise.resolve({ refusal: null, rate: null, counts: [] }),
    },
    send,
  });
  return { server, send, grant: () => grant(), slots };
}

test('a slot is held from its grant until the other process releases it', async () => {
  const { server, send, grant, slots } = serverOfSlots();
  server.take(acquire);
  grant();
  await nextTurn();
  expect(send).toHaveBeenCalledExactlyOnceWith({
    slot: 1,
    refusal: null,
    status: { scope: 'gateway', gateways: 1 },
  });
  expect([server.held, slots.counts().connections]).toEqual([1, 1]);
  server.take({ kind: 'release', slots: [1] });
  expect([server.held, slots.counts().connections]).toEqual([0, 0]);
});

test.each([
  ['was released meanwhile', (server: SlotServer) => server.take({ kind: 'release', slots: [1] })],
  ['belongs to a process that is gone', (server: SlotServer) => server.close()],
])(
  'a slot that the limiter grants although its request %s is given back and not sent',
  async (_name, end) => {
    const { server, send, grant, slots } = serverOfSlots();
    server.take(acquire);
    end(server);
    grant();
    await nextTurn();
    expect(send).not.toHaveBeenCalled();
    expect([server.held, slots.counts().connections]).toEqual([0, 0]);
  },
);

test('a request that arrives after the other process is gone gets no slot', async () => {
  const { server, send, grant, slots } = serverOfSlots();
  server.close();
  server.take(acquire);
  grant();
  await nextTurn();
  expect(send).not.toHaveBeenCalled();
  expect([server.held, slots.counts().connections]).toEqual([0, 0]);
});
