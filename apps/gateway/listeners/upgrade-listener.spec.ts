import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSocket, rawRequest, upgradeRequest } from '../../../test/support/raw-request.js';
import { UpgradeListener } from './upgrade-listener.js';

describe('UpgradeListener', () => {
  let listener: UpgradeListener;
  let port: number;
  let refused: string[];

  beforeEach(async () => {
    refused = [];
    listener = new UpgradeListener(
      {
        onUpgrade: ({ socket }) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
        onRefused: (code) => refused.push(code),
        onDropped: (reason) => refused.push(reason),
      },
      { bounds: { maxHeaderBytes: 4096, headersTimeoutMs: 60, checkIntervalMs: 20 } },
    );
    port = Number(new URL(await listener.listen({ host: '127.0.0.1', port: 0 })).port);
  });

  afterEach(async () => {
    await expect.poll(() => listener.openSockets).toBe(0);
    await listener.close();
  });

  it('hands over an upgrade', async () => {
    expect((await rawRequest(port, upgradeRequest('/'))).status).toBe(101);
  });

  it.each([
    ['nothing', ''],
    ['half a request line', 'GET / HT'],
    ['a header that never ends', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '],
  ])('does not wait for a client that sends %s', async (_name, bytes) => {
    expect((await rawRequest(port, bytes)).status).toBe(400);
    expect(refused).toEqual(['bad_handshake']);
  });

  it('refuses a header over its bound', async () => {
    expect((await rawRequest(port, upgradeRequest('/', { 'X-Large': 'a'.repeat(5000) }))).status).toBe(431);
    expect(refused).toEqual(['headers_too_large']);
  });

  it('hears nothing that is pipelined behind a request that it refused', async () => {
    const plain = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const { status, body } = await rawRequest(port, plain + upgradeRequest('/') + plain);
    expect(status).toBe(400);
    expect(body).not.toContain('HTTP/1.1');
    expect(refused).toEqual(['bad_handshake']);
  });

  it('passes over no field of a header, however many there are', async () => {
    const counted = new Promise<number>((resolve) => {
      listener = new UpgradeListener({
        onUpgrade: ({ head, socket }) => {
          resolve(head.rawHeaders.length / 2);
          socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
        },
        onRefused: () => undefined,
        onDropped: () => undefined,
      });
    });
    port = Number(new URL(await listener.listen({ host: '127.0.0.1', port: 0 })).port);
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`X-${index}`, '']));
    await rawRequest(port, upgradeRequest('/', many));
    expect(await counted).toBeGreaterThan(2000);
  });

  it('survives a client that resets in the middle of its request', async () => {
    const socket = await openSocket(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await expect.poll(() => listener.openSockets).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => listener.openSockets).toBe(0);
  });

  it('listens no more, and goes on with what it has accepted, in the same bounds', async () => {
    const socket = await openSocket(port);
    await expect.poll(() => listener.openSockets).toBe(1);
    listener.stopListening();
    listener.stopListening();
    const late = await openSocket(port).catch((error: unknown) => String(error));
    expect(late).toContain('ECONNREFUSED');
    // Nothing is sent: it is answered when the time for a request is over, as before.
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain('HTTP/1.1 400 ');
    socket.end();
    await expect.poll(() => listener.openSockets).toBe(0);
    await listener.close();
    await listener.close();
  });

  it('drops what is still open when it closes', async () => {
    const socket = await openSocket(port);
    const closed = once(socket, 'close');
    await expect.poll(() => listener.openSockets).toBe(1);
    await listener.close();
    socket.end();
    await closed;
  });
});
