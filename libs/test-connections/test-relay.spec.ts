import { expect, test, vi } from 'vitest';
import { longWait } from '../../test/support/long-wait.js';
import { StuckSocket } from '../../test/support/stuck-socket.js';
import { clientMessageSchema } from './client-message.js';
import { TestRelay } from './test-relay.js';

class ReadSocket extends StuckSocket {
  readonly protocol = '';
  readonly extensions = '';
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

function parse(text: string) {
  return { ok: true, message: clientMessageSchema.parse(JSON.parse(text)) } as const;
}

const open = Buffer.from(JSON.stringify({ type: 'open', url: 'ws://127.0.0.1/' }));

test('a side is read only as fast as the other side reads', async () => {
  const client = new ReadSocket();
  const gateway = new ReadSocket();
  const dial = () => Promise.resolve({ ok: true, socket: gateway.asWebSocket } as const);
  new TestRelay(client.asWebSocket, { dial, parse });
  client.emit('message', open, false);
  await vi.waitFor(() => expect(gateway.listenerCount('open')).toBe(1), longWait);
  gateway.emit('open');
  const half = Buffer.alloc(600 * 1024);
  for (const [from, to] of [
    [gateway, client],
    [client, gateway],
  ] as const) {
    from.emit('message', half, true);
    expect(from.isPaused).toBe(false);
    from.emit('message', half, true);
    expect(from.isPaused).toBe(true);
    to.drain();
    expect(from.isPaused).toBe(false);
  }
  client.emit('close');
  expect(gateway.closedWith?.[0]).toBe(1001);
});

test('a client that names no URL is closed with 1008, and so is one after the maximum lifetime', async () => {
  const idle = new ReadSocket();
  const gateway = new ReadSocket();
  const dial = () => Promise.resolve({ ok: true, socket: gateway.asWebSocket } as const);
  new TestRelay(idle.asWebSocket, { dial, parse, openTimeoutMs: 1 });
  await vi.waitFor(() => expect(idle.closedWith).toEqual([1008, 'no URL in time']), longWait);
  const client = new ReadSocket();
  new TestRelay(client.asWebSocket, { dial, parse, maxLifetimeMs: 1 });
  client.emit('message', open, false);
  await vi.waitFor(() => expect(client.closedWith).toEqual([1008, 'maximum lifetime']), longWait);
  expect(gateway.closedWith?.[0]).toBe(1001);
});
