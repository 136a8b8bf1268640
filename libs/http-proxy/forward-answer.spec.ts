import { once } from 'node:events';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { handshakeWithUpstream } from '#libs/handshake';
import { forwardAnswer, type ForwardedAnswer } from './forward-answer.js';
import { longWait } from '../../test/support/long-wait.js';

const offer = { key: 'dGhlIHNhbXBsZSBub25jZQ==', offeredProtocols: [], offeredExtensions: [] };

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

interface Gateway {
  port: number;
  result: Promise<ForwardedAnswer>;
  /** The bytes that reached the upstream after the request head. */
  upstreamGot: () => string;
  /** The gateway's two sockets: to the upstream and to the client. */
  sockets: Socket[];
}

/**
 * Starts a gateway that forwards the answer of one upstream. The test defines what the upstream does after it
 * has received the request.
 */
async function gatewayTo(upstream: (socket: Socket) => void, timeoutMs = 10_000): Promise<Gateway> {
  const head = 'GET / HTTP/1.1\r\n\r\n';
  const received: Buffer[] = [];
  const sockets: Socket[] = [];
  const upstreamServer = createServer({ allowHalfOpen: true }, (socket) => {
    cleanups.push(() => socket.destroy());
    socket.on('error', () => undefined).on('data', (chunk) => received.push(chunk));
    socket.once('data', () => upstream(socket));
  });
  await once(upstreamServer.listen(0, '127.0.0.1'), 'listening');
  const gateway = createHttpServer();
  const result = new Promise<ForwardedAnswer>((resolve, reject) => {
    gateway.on('upgrade', (_request, client: Socket) => {
      const target = { port: (upstreamServer.address() as AddressInfo).port, allowHalfOpen: true };
      const socket = connect(target);
      sockets.push(socket, client);
      socket.on('error', () => undefined);
      client.on('error', () => undefined);
      void handshakeWithUpstream({ socket, head, offer, handshakeMs: 10_000 }).then(async (handshake) => {
        if (handshake.ok || handshake.code !== 'not_switched') {
          reject(new Error(JSON.stringify(handshake)));
          return;
        }
        const { answer, rest } = handshake;
        resolve(await forwardAnswer({ client, upstream: socket, answer, rest, timeoutMs, lingerMs: 2000 }));
      });
    });
  });
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  cleanups.push(
    () => upstreamServer.close(),
    () => gateway.close(),
    () => sockets.forEach((socket) => socket.destroy()),
  );
  const { port } = gateway.address() as AddressInfo;
  return { port, result, sockets, upstreamGot: () => Buffer.concat(received).toString().slice(head.length) };
}

async function request(port: number): Promise<IncomingMessage> {
  const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
  const [response] = (await once(get({ port, headers, agent: false }), 'response')) as [IncomingMessage];
  return response;
}

describe('a complete answer', () => {
  test('an answer with a length is forwarded with its length, status, reason and end-to-end fields', async () => {
    const gateway = await gatewayTo((upstream) => {
      upstream.end(
        'HTTP/1.1 418 Short And Stout\r\nX-a: 1\r\nx-A: 2\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nContent-Length: 3\r\n\r\ntea',
      );
    });
    const response = await request(gateway.port);
    expect((await buffer(response)).toString()).toBe('tea');
    expect(response.statusCode).toBe(418);
    expect(response.statusMessage).toBe('Short And Stout');
    expect(response.rawHeaders).toEqual([
      'X-a',
      '1',
      'x-A',
      '2',
      'Content-Length',
      '3',
      'Connection',
      'close',
    ]);
    expect(await gateway.result).toEqual({ ok: true, bodyBytes: 3 });
    expect(gateway.sockets.map((socket) => socket.destroyed)).toEqual([true, true]);
  });

  test('a chunked answer after interim answers is forwarded in chunks, wherever its bytes are split', async () => {
    const gateway = await gatewayTo((upstream) => {
      upstream.setNoDelay(true);
      const answer =
        'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: t\r\n\r\n';
      for (const character of answer) upstream.write(character);
    });
    const response = await request(gateway.port);
    expect((await buffer(response)).toString()).toBe('abcde');
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect(response.trailers).toEqual({});
    expect(await gateway.result).toEqual({ ok: true, bodyBytes: 5 });
  });

  test('an answer that ends with the connection is forwarded in chunks', async () => {
    const gateway = await gatewayTo((upstream) => upstream.end('HTTP/1.0 503 Busy\r\n\r\nlater'));
    const response = await request(gateway.port);
    expect((await buffer(response)).toString()).toBe('later');
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect(await gateway.result).toEqual({ ok: true, bodyBytes: 5 });
  });

  test.each([
    ['204 No Content', '', undefined],
    ['204 No Content', 'Content-Length: 4\r\n', undefined],
    ['304 Not Modified', 'Content-Length: 4\r\n', '4'],
  ])('an answer whose status has no body is forwarded without one: %s, %j', async (status, field, length) => {
    const gateway = await gatewayTo((upstream) => upstream.write(`HTTP/1.1 ${status}\r\n${field}\r\n`));
    const response = await request(gateway.port);
    expect(await buffer(response)).toHaveLength(0);
    expect(response.headers['transfer-encoding']).toBeUndefined();
    expect(response.headers['content-length']).toBe(length);
    expect(await gateway.result).toEqual({ ok: true, bodyBytes: 0 });
  });

  test('an answer of any size is forwarded without more of it in memory than the socket buffers', async () => {
    const size = 64 * 1024 * 1024;
    const gateway = await gatewayTo((upstream) => {
      upstream.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      upstream.write(Buffer.alloc(size, 'x'));
    });
    const response = await request(gateway.port);
    const [upstream] = gateway.sockets;
    let length = 0;
    let held = 0;
    for await (const chunk of response) {
      length += (chunk as Buffer).length;
      held = Math.max(held, (upstream?.bytesRead ?? Infinity) - length);
      await nextTurn();
    }
    expect(length).toBe(size);
    expect(held).toBeLessThan(size / 4);
    expect(await gateway.result).toEqual({ ok: true, bodyBytes: size });
  });
});

test('no byte of the client reaches the upstream', async () => {
  const gateway = await gatewayTo((upstream) => {
    upstream.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab');
    client.write('smuggled', () => upstream.write('cd'));
  });
  const client = connect({ port: gateway.port });
  cleanups.push(() => client.destroy());
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly');
  const answer = await buffer(client);
  expect(answer.toString().endsWith('\r\n\r\nabcd')).toBe(true);
  await gateway.result;
  expect(gateway.upstreamGot()).toBe('');
});

describe('a truncated answer', () => {
  test.each<[string, (upstream: Socket) => void]>([
    [
      'a body that is shorter than its length',
      (upstream) => upstream.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'),
    ],
    [
      'chunks without the last one',
      (upstream) => upstream.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'),
    ],
    [
      'a malformed chunk',
      (upstream) => upstream.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n'),
    ],
  ])('a truncated answer is also truncated for the client: %s', async (_name, misbehave) => {
    const gateway = await gatewayTo(misbehave);
    const client = connect({ port: gateway.port });
    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    let received = '';
    client.on('error', () => undefined).on('data', (chunk) => (received += chunk.toString()));
    expect(await gateway.result).toMatchObject({ ok: false, code: 'cut_short' });
    await vi.waitFor(() => expect(client.destroyed).toBe(true), longWait);
    expect(received).toMatch(/Content-Length: 9|Transfer-Encoding: chunked/);
    expect(received, 'it must not look whole').not.toMatch(/0\r\n\r\n$/);
  });

  test('an answer that ends with the connection is cut off by a reset', async () => {
    const upstreams: Socket[] = [];
    const gateway = await gatewayTo((upstream) => {
      upstreams.push(upstream);
      upstream.write('HTTP/1.1 200 OK\r\n\r\nabc');
    });
    const response = await request(gateway.port);
    response.once('data', () => upstreams[0]?.resetAndDestroy());
    await expect(buffer(response)).rejects.toThrow();
    expect(await gateway.result).toEqual({ ok: false, code: 'cut_short', bodyBytes: 3 });
  });

  test('an answer is cut off after the timeout', async () => {
    const gateway = await gatewayTo((upstream) => {
      upstream.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
    }, 50);
    const response = await request(gateway.port);
    await expect(buffer(response)).rejects.toThrow();
    expect(await gateway.result).toMatchObject({ ok: false, code: 'cut_short', bodyBytes: 3 });
  });
});

test.each<[string, string, number?]>([
  ['two lengths', 'Content-Length: 3\r\nContent-Length: 4'],
  ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked'],
  ['a length that is not a number', 'Content-Length: three'],
  ['an unknown transfer coding', 'Transfer-Encoding: gzip, chunked'],
  ['a length and chunks where there is no body', 'Content-Length: 3\r\nTransfer-Encoding: chunked', 204],
])('an answer with ambiguous framing is a bad handshake: %s', async (_name, framing, status = 200) => {
  const gateway = await gatewayTo((upstream) =>
    upstream.write(`HTTP/1.1 ${status} OK\r\n${framing}\r\n\r\nabc`),
  );
  const response = await request(gateway.port);
  expect(response.statusCode).toBe(502);
  expect(JSON.parse((await buffer(response)).toString())).toMatchObject({ code: 'upstream_bad_handshake' });
  expect(await gateway.result).toEqual({ ok: false, code: 'upstream_bad_handshake', bodyBytes: 0 });
});

test('a client that disconnects ends the forwarding, and no socket stays open', async () => {
  const gateway = await gatewayTo((upstream) => upstream.write('HTTP/1.1 200 OK\r\n\r\nforever'));
  const response = await request(gateway.port);
  response.socket.resetAndDestroy();
  expect(await gateway.result).toMatchObject({ ok: false, code: 'cut_short' });
  expect(gateway.sockets.map((socket) => socket.destroyed)).toEqual([true, true]);
});
