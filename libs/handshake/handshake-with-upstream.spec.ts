import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { handshakeWithUpstream, type UpstreamHandshakeOptions } from './handshake-with-upstream.js';

const offer = { key: 'dGhlIHNhbXBsZSBub25jZQ==', offeredProtocols: [], offeredExtensions: [] };
const switching =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
const events = ['data', 'end', 'close', 'error', 'readable'];

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Returns a connection to an upstream whose behaviour the test defines. */
async function connection(upstream: (socket: Socket) => void): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    upstream(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  cleanups.push(
    () => server.close(),
    () => socket.destroy(),
  );
  await once(socket, 'connect');
  return socket;
}

function handshake(socket: Socket, options: Partial<UpstreamHandshakeOptions> = {}) {
  return handshakeWithUpstream({
    socket,
    head: 'GET / HTTP/1.1\r\n\r\n',
    offer,
    handshakeMs: 10_000,
    ...options,
  });
}

function listenerCounts(socket: Socket): number[] {
  return events.map((event) => socket.listenerCount(event));
}

describe('a handshake with an answer', () => {
  test('a valid 101 leaves the socket paused, returns the bytes after it, and leaves no listener', async () => {
    const socket = await connection((upstream) => {
      upstream.once('data', () => upstream.write(`${switching}\x81\x02hi`, 'latin1'));
    });
    const before = listenerCounts(socket);
    const result = await handshake(socket);
    expect(result).toMatchObject({ ok: true, answer: { statusCode: 101 } });
    expect(result.ok && result.rest.toString('latin1')).toBe('\x81\x02hi');
    expect(socket.isPaused()).toBe(true);
    expect(listenerCounts(socket)).toEqual(before);
  });

  test('the head is sent to the upstream byte for byte', async () => {
    const chunks: Buffer[] = [];
    const socket = await connection((upstream) => {
      upstream.on('data', (chunk) => chunks.push(chunk)).once('data', () => upstream.write(switching));
    });
    await handshake(socket, { head: 'GET / HTTP/1.1\r\nX: caf\u00e9\r\n\r\n' });
    expect(Buffer.concat(chunks).toString('latin1')).toBe('GET / HTTP/1.1\r\nX: caf\u00e9\r\n\r\n');
  });

  test('frames that arrive later are not lost', async () => {
    let later = (): void => undefined;
    const socket = await connection((upstream) => {
      later = () => upstream.write('later');
      upstream.once('data', () => upstream.write(switching));
    });
    const result = await handshake(socket);
    later();
    const [chunk] = (await once(socket.resume(), 'data')) as [Buffer];
    expect(result.ok && result.rest.length).toBe(0);
    expect(chunk.toString()).toBe('later');
  });

  test('an answer with any other status is returned for forwarding, with the socket open', async () => {
    const socket = await connection((upstream) => {
      upstream.once('data', () => upstream.write('HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc'));
    });
    const result = await handshake(socket);
    expect(result).toMatchObject({ ok: false, code: 'not_switched', answer: { statusCode: 404 } });
    expect(socket.destroyed).toBe(false);
  });

  test('an answer that arrives in single bytes is read', async () => {
    const socket = await connection((upstream) => {
      upstream.setNoDelay(true);
      upstream.once('data', () => {
        for (const character of `HTTP/1.1 100\r\n\r\n${switching}x`) upstream.write(character);
      });
    });
    expect(await handshake(socket)).toMatchObject({ ok: true });
  });
});

describe('a handshake without an answer', () => {
  test.each<[string, string, (upstream: Socket) => void]>([
    [
      'a wrong accept',
      'upstream_bad_handshake',
      (upstream) => upstream.write(switching.replace('s3p', 'S3P')),
    ],
    ['a different protocol', 'upstream_bad_handshake', (upstream) => upstream.write('220 smtp.example\r\n')],
    ['a head without end', 'upstream_bad_handshake', (upstream) => upstream.write('x'.repeat(20_000))],
    ['a FIN before the answer', 'unanswered', (upstream) => upstream.end()],
    ['a FIN within the answer', 'upstream_bad_handshake', (upstream) => upstream.end('HTTP/1.1 101')],
    ['a reset before the answer', 'unanswered', (upstream) => upstream.resetAndDestroy()],
  ])('the socket is destroyed after %s: %s', async (_name, code, misbehave) => {
    const socket = await connection((upstream) => upstream.once('data', () => misbehave(upstream)));
    const before = listenerCounts(socket);
    const detail: unknown = expect.stringMatching(/\w/);
    expect(await handshake(socket)).toEqual({ ok: false, code, detail });
    expect(socket.destroyed).toBe(true);
    expect(listenerCounts(socket)).toEqual(before);
  });

  test('the socket is destroyed if the upstream is silent: upstream_timeout', async () => {
    const socket = await connection((upstream) => upstream.resume());
    expect(await handshake(socket, { handshakeMs: 20 })).toMatchObject({
      ok: false,
      code: 'upstream_timeout',
    });
    expect(socket.destroyed).toBe(true);
  });

  test('the socket is destroyed if the upstream sends single bytes for longer than the timeout: upstream_timeout', async () => {
    const socket = await connection((upstream) => {
      // What cannot become an answer is refused at once.
      upstream.write('HTTP/1.1 ');
      const drip = setInterval(() => upstream.write('2'), 5);
      upstream.once('close', () => clearInterval(drip));
    });
    expect(await handshake(socket, { handshakeMs: 50 })).toMatchObject({
      ok: false,
      code: 'upstream_timeout',
    });
  });

  test('the socket is destroyed if the caller aborts at any time: aborted', async () => {
    const controller = new AbortController();
    const socket = await connection((upstream) => upstream.once('data', () => controller.abort()));
    expect(await handshake(socket, { signal: controller.signal })).toMatchObject({ code: 'aborted' });
    expect(socket.destroyed).toBe(true);
    const other = await connection(() => undefined);
    expect(await handshake(other, { signal: controller.signal })).toMatchObject({ code: 'aborted' });
    expect(other.destroyed).toBe(true);
  });

  test.each([
    ['without an error', undefined, 'closed'],
    ['with an error', new Error('no memory'), 'no memory'],
  ])(
    'a socket that is destroyed %s meanwhile ends the handshake: unanswered',
    async (_name, error, reason) => {
      const socket = await connection((upstream) => upstream.resume());
      const result = handshake(socket);
      socket.destroy(error);
      const detail: unknown = expect.stringContaining(reason);
      expect(await result).toEqual({ ok: false, code: 'unanswered', detail });
    },
  );

  test('a socket that was destroyed before ends the handshake: unanswered', async () => {
    const socket = await connection((upstream) => upstream.resume());
    await once(socket.destroy(), 'close');
    expect(await handshake(socket)).toMatchObject({ ok: false, code: 'unanswered' });
  });

  test('the socket is destroyed if the upstream has closed before the handshake: unanswered', async () => {
    const socket = await connection((upstream) => upstream.end());
    await once(socket, 'end');
    expect(await handshake(socket)).toMatchObject({ ok: false, code: 'unanswered' });
  });
});
