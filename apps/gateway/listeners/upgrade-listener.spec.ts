import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { streamOf } from '../../../test/support/engine-sockets.js';
import { listenersUnderTest } from '../../../test/support/listeners-under-test.js';
import { openSocket, rawRequest, upgradeRequest } from '../../../test/support/raw-request.js';
import type { ReceivedUpgrade, UpgradeListenerOptions } from './upgrade-listener-options.js';

const host = '127.0.0.1';
const switching = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
// A process that stands still for as long drops its clients: only for tests of the timeout.
const brief = { bounds: { maxHeaderBytes: 4096, headersTimeoutMs: 60, checkIntervalMs: 20 } };
const patient = { bounds: { ...brief.bounds, headersTimeoutMs: 60_000 } };

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
          streamOf(upgrade.socket).resume().end(switching);
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
    await listen(patient);
    onTestFinished(() => expect.poll(() => listener.openSockets).toBe(0));
  });

  test('hands over an upgrade with the bytes that the client sent after its request', async () => {
    expect((await rawRequest(port, `${upgradeRequest('/a?b')}early`)).status).toBe(101);
    expect(received).toMatchObject([{ clientAddress: host, peerAddress: host, head: { target: '/a?b' } }]);
    expect(received[0]?.earlyBytes.toString()).toBe('early');
  });

  test('reads a request that arrives in two chunks like one in a single chunk, wherever it is split', async () => {
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
  ])('answers a client that sends only %s with 400 after the timeout', async (_name, bytes) => {
    await listen(brief);
    expect((await rawRequest(port, bytes)).status).toBe(400);
    expect(refused).toEqual(['bad_handshake']);
  });

  test('answers a client that sends a FIN in the middle of its request', async () => {
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

  test('ignores requests pipelined behind a refused request', async () => {
    const plain = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const { status, body } = await rawRequest(port, plain + upgradeRequest('/') + plain);
    expect(status).toBe(400);
    expect(body).not.toContain('HTTP/1.1');
    expect(refused).toEqual(['bad_handshake']);
  });

  test('reads all fields of a header with 2,000 fields', async () => {
    await listen({});
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`X-${index}`, '']));
    await rawRequest(port, upgradeRequest('/', many));
    expect(received[0]?.head.rawHeaders.length).toBe(2 * 2005);
  });

  test('releases the socket of a client that resets in the middle of its request', async () => {
    const socket = await openSocket(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await expect.poll(() => listener.openSockets).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => listener.openSockets).toBe(0);
  });

  test('stopListening() refuses new clients and serves accepted sockets within the same timeouts', async () => {
    await listen(brief);
    const socket = await openSocket(port);
    await expect.poll(() => listener.openSockets).toBe(1);
    listener.stopListening();
    listener.stopListening();
    const late = await openSocket(port).catch((error: unknown) => String(error));
    expect(late).toContain('ECONNREFUSED');
    // The client sends nothing and is answered after the timeout, as before.
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain('HTTP/1.1 400 ');
    socket.end();
    await expect.poll(() => listener.openSockets).toBe(0);
    await listener.close();
    await listener.close();
  });

  test('close() drops open sockets', async () => {
    const socket = await openSocket(port);
    const closed = once(socket, 'close');
    await expect.poll(() => listener.openSockets).toBe(1);
    await listener.close();
    socket.end();
    await closed;
  });

  test('drops a client if there are too few file descriptors', async () => {
    await listen({ hasDescriptors: () => false });
    const client = connect({ host, port });
    await new Promise((resolve) => client.on('error', () => undefined).once('close', resolve));
    expect(refused).toEqual(['descriptors']);
  });

  test('the error for an address in use names the address', async () => {
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
