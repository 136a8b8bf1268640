import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { listenersUnderTest } from '../../../test/support/listeners-under-test.js';
import { openSocket, rawRequest, upgradeRequest } from '../../../test/support/raw-request.js';
import type { ReceivedUpgrade, UpgradeListenerOptions } from './upgrade-listener.js';

const host = '127.0.0.1';
const switching = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';

describe.each(listenersUnderTest)('$name', ({ create }) => {
  let listener: ReturnType<typeof create>;
  let port: number;
  let refused: string[];
  let received: ReceivedUpgrade[];

  async function listen(options: UpgradeListenerOptions): Promise<void> {
    listener = create(
      {
        onUpgrade: (upgrade) => {
          received.push(upgrade);
          upgrade.socket.resume().end(switching);
        },
        onRefused: (code) => refused.push(code),
        onDropped: (reason) => refused.push(reason),
      },
      options,
    );
    port = Number(new URL(await listener.listen({ host, port: 0 })).port);
  }

  beforeEach(async () => {
    refused = [];
    received = [];
    await listen({ bounds: { maxHeaderBytes: 4096, headersTimeoutMs: 60, checkIntervalMs: 20 } });
    onTestFinished(() => expect.poll(() => listener.openSockets).toBe(0));
  });

  test('hands over an upgrade, with whatever the client sent after its request', async () => {
    expect((await rawRequest(port, `${upgradeRequest('/a?b')}early`)).status).toBe(101);
    expect(received).toMatchObject([{ clientAddress: host, peerAddress: host, head: { target: '/a?b' } }]);
    expect(received[0]?.earlyBytes.toString()).toBe('early');
  });

  test('takes a request that comes in two pieces as if it came in one, wherever it is cut', async () => {
    const head = upgradeRequest('/');
    await listen({});
    for (let cut = 1; cut < head.length; cut += 1) {
      const socket = await openSocket(port);
      socket.setNoDelay(true).write(head.slice(0, cut));
      await expect.poll(() => listener.openSockets).toBe(1);
      socket.write(`${head.slice(cut)}early`);
      await once(socket, 'data');
      socket.end();
      await expect.poll(() => listener.openSockets).toBe(0);
    }
    expect(received.map(({ head: { rawHeaders } }) => rawHeaders.length / 2)).toEqual(
      Array(head.length - 1).fill(5),
    );
    expect(refused).toEqual([]);
  });

  test.each([
    ['nothing', ''],
    ['half a request line', 'GET / HT'],
    ['half a request line of another method', 'POST / HT'],
    ['an empty line', '\r\n'],
    ['a header that never ends', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '],
  ])('does not wait for a client that sends %s', async (_name, bytes) => {
    expect((await rawRequest(port, bytes)).status).toBe(400);
    expect(refused).toEqual(['bad_handshake']);
  });

  test('answers a client that ends its half of the connection in the middle of its request', async () => {
    await listen({});
    const socket = await openSocket(port);
    socket.end('GET / HTTP/1.1\r\nHost: a\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain('HTTP/1.1 400 ');
    expect(refused).toEqual(['bad_handshake']);
  });

  test('refuses a header over its bound', async () => {
    expect((await rawRequest(port, upgradeRequest('/', { 'X-Large': 'a'.repeat(5000) }))).status).toBe(431);
    expect(refused).toEqual(['headers_too_large']);
  });

  test('hears nothing that is pipelined behind a request that it refused', async () => {
    const plain = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const { status, body } = await rawRequest(port, plain + upgradeRequest('/') + plain);
    expect(status).toBe(400);
    expect(body).not.toContain('HTTP/1.1');
    expect(refused).toEqual(['bad_handshake']);
  });

  test('passes over no field of a header, however many there are', async () => {
    await listen({});
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`X-${index}`, '']));
    await rawRequest(port, upgradeRequest('/', many));
    expect(received[0]?.head.rawHeaders.length).toBe(2 * 2005);
  });

  test('survives a client that resets in the middle of its request', async () => {
    const socket = await openSocket(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await expect.poll(() => listener.openSockets).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => listener.openSockets).toBe(0);
  });

  test('listens no more, and goes on with what it has accepted, in the same bounds', async () => {
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

  test('drops what is still open when it closes', async () => {
    const socket = await openSocket(port);
    const closed = once(socket, 'close');
    await expect.poll(() => listener.openSockets).toBe(1);
    await listener.close();
    socket.end();
    await closed;
  });

  test('drops a client for which there are no file descriptors', async () => {
    await listen({ hasDescriptors: () => false });
    const client = connect({ host, port });
    await new Promise((resolve) => client.on('error', () => undefined).once('close', resolve));
    expect(refused).toEqual(['descriptors']);
  });

  test('names the address where something else listens already', async () => {
    const taken = { host, port };
    const second = create({
      onUpgrade: () => undefined,
      onRefused: () => undefined,
      onDropped: () => undefined,
    });
    await expect(second.listen(taken)).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
    await expect(second.listen(taken)).rejects.toThrow(`${host}:${port}`);
  });
});
