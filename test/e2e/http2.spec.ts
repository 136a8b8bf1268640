import { once } from 'node:events';
import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { answerOn, openSession, openWebSocketStream } from '../support/http2-client.js';
import { longWait } from '../support/long-wait.js';
import { CertificateFolder } from '../support/tls-certificates.js';

/** A masked frame of a client with this text. */
function textFrame(message: string): Buffer {
  const payload = Buffer.from(message);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

const closeFrame = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

describe('HTTP/2 with clients', () => {
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let tenant: PublishedTenant;
  let upstream: WebSocketServer;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    certificates = await CertificateFolder.make();
    world = await GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
    });
    upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(upstream, 'listening');
    upstream.on('connection', (socket) =>
      socket.on('message', (message: Buffer, isBinary) => socket.send(message, { binary: isBinary })),
    );
    tenant = await world.tenant();
    const url = `ws://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    await world.route(tenant, { match: { host: 'app.test', path: '/' }, upstreams: [{ url }] });
    await world.route(tenant, { match: { host: 'app.test', path: '/keys' }, auth: { mode: 'apiKey' } });
  });

  beforeEach(async () => {
    session = await openSession(world.gateway.urls[1] ?? '');
  });

  afterEach(async () => {
    session.destroy();
    await world.expectNothingHeld();
    world.records.length = 0;
  });

  afterAll(async () => {
    await world.close();
    upstream.close();
    await certificates.remove();
  });

  const open = (path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream =>
    openWebSocketStream(session, path, headers);

  test('a WebSocket is relayed on a stream, and closes with END_STREAM both ways', async () => {
    expect(session.remoteSettings.enableConnectProtocol).toBe(true);
    const stream = open('/chat?x=1');
    const answer = await answerOn(stream);
    expect(answer[':status']).toBe(200);
    expect(Object.keys(answer)).toEqual([':status', 'date']);
    stream.write(textFrame('hello'));
    expect(await once(stream, 'data')).toEqual([
      Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]),
    ]);
    stream.end(closeFrame);
    await once(stream.resume(), 'close');
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'client', closeCode: 1000, path: '/chat' });
  });

  test('the upstream gets an upgrade request of HTTP/1.1 with the fields of the client', async () => {
    const requested = once(upstream, 'connection') as Promise<[unknown, IncomingMessage]>;
    const stream = open('/a%20b/./c?x=/..', {
      cookie: ['a=1', 'b=2'],
      origin: 'https://app.test',
      'sec-websocket-protocol': 'chat, other',
      'sec-websocket-extensions': 'permessage-deflate',
      'sec-websocket-key': 'AAAA',
      'x-forwarded-for': '6.6.6.6',
    });
    const answer = await answerOn(stream);
    expect(answer).toMatchObject({ ':status': 200, 'sec-websocket-protocol': 'chat' });
    const [, { url, httpVersion, headers, rawHeaders }] = await requested;
    expect([url, httpVersion]).toEqual(['/a%20b/./c?x=/..', '1.1']);
    expect(headers).toMatchObject({
      cookie: 'a=1; b=2',
      origin: 'https://app.test',
      'sec-websocket-protocol': 'chat, other',
      'sec-websocket-extensions': 'permessage-deflate',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'app.test',
    });
    expect(rawHeaders.filter((name) => /^(sec-websocket-key|host)$/i.test(name))).toHaveLength(2);
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await world.nextRecord()).toMatchObject({
      endedBy: 'client',
      closeCode: 1006,
      subprotocol: 'chat',
    });
  });

  test.each([
    ['no key', '/keys', {}, 401, 'key_required'],
    ['no route', '/none', { ':authority': 'other.test' }, 404, 'no_route'],
    ['an ambiguous path', '/a/..%2fkeys', {}, 400, 'bad_path'],
    ['another protocol', '/chat', { ':protocol': 'connect-udp' }, 400, 'bad_handshake'],
    ['no version', '/chat', { 'sec-websocket-version': '8' }, 426, 'version_unsupported'],
    ['a body', '/chat', { 'content-length': '3' }, 413, 'body_forbidden'],
  ])(
    'a WebSocket with %s gets the problem answer of HTTP/1.1, and one record',
    async (_name, path, headers, status, code) => {
      const stream = open(path, headers);
      const answer = await answerOn(stream);
      expect(answer).toMatchObject({ ':status': status, 'content-type': 'application/problem+json' });
      expect(JSON.parse(await text(stream))).toMatchObject({ code });
      stream.end();
      expect(await world.nextRecord()).toMatchObject({ code, status });
    },
  );

  test('an answer of the upstream other than 101 is the answer on the stream, with its body', async () => {
    const refusing = createServer();
    refusing.on('upgrade', (_request, socket) => {
      socket.end(
        'HTTP/1.1 403 No\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-A: 1\r\nX-A: 2\r\nConnection: x-b\r\nX-B: 3\r\n' +
          'Transfer-Encoding: chunked\r\n\r\n5\r\nsorry\r\n0\r\n\r\n',
      );
    });
    await once(refusing.listen(0, '127.0.0.1'), 'listening');
    const url = `ws://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    await world.route(tenant, { match: { host: 'app.test', path: '/refusing' }, upstreams: [{ url }] });
    const stream = open('/refusing');
    const answer = await answerOn(stream);
    expect(answer).toMatchObject({ ':status': 403, 'set-cookie': ['a=1', 'b=2'], 'x-a': '1, 2' });
    expect(Object.keys(answer)).not.toContain('x-b');
    expect(await text(stream)).toBe('sorry');
    stream.end();
    expect(await world.nextRecord()).toMatchObject({ code: 'upstream_answer', status: 403 });
    refusing.close();
  });

  test('large messages pass both ways under the windows of a stream', async () => {
    const stream = open('/chat');
    await answerOn(stream);
    const frame = Buffer.alloc(14 + 4_000_000, 'sluice');
    Buffer.from([0x82, 0xff, 0, 0, 0, 0]).copy(frame);
    frame.writeUInt32BE(4_000_000, 6);
    frame.fill(0, 10, 14);
    const echoed = buffer(stream);
    stream.write(frame);
    stream.end(closeFrame);
    const received = await echoed;
    expect(received.subarray(10, 10 + 4_000_000).equals(frame.subarray(14))).toBe(true);
    expect(await world.nextRecord()).toMatchObject({
      closeCode: 1000,
      fromClient: { bytes: frame.length + 8 },
    });
  });

  test('a client that opens no window holds back its upstream, and other streams pass', async () => {
    const connected = once(upstream, 'connection') as Promise<[WebSocket]>;
    const stuck = open('/chat');
    await answerOn(stuck);
    const [server] = await connected;
    for (let sent = 0; sent < 64; sent += 1) server.send(Buffer.alloc(1_000_000));
    await vi.waitFor(() => expect(server.bufferedAmount).toBeGreaterThan(0), longWait);
    const stream = open('/chat');
    await answerOn(stream);
    stream.write(textFrame('hello'));
    await once(stream, 'data');
    expect(server.bufferedAmount).toBeGreaterThan(0);
    for (const each of [stuck, stream]) each.close(constants.NGHTTP2_CANCEL);
    expect([await world.nextRecord(), await world.nextRecord()]).toMatchObject([
      { closeCode: 1006 },
      { closeCode: 1006 },
    ]);
  });

  test('a lost upstream is a 1013 and END_STREAM for the client', async () => {
    const connected = once(upstream, 'connection') as Promise<[WebSocket]>;
    const stream = open('/chat');
    await answerOn(stream);
    const [server] = await connected;
    server.terminate();
    expect(await buffer(stream)).toEqual(
      Buffer.concat([Buffer.from([0x88, 15, 0x03, 0xf5]), Buffer.from('upstream lost')]),
    );
    stream.end();
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'upstream', closeCode: 1013 });
  });

  test('a client that leaves during the handshake is recorded as client_gone', async () => {
    const silent = createServer();
    const requested = new Promise((resolve) =>
      silent.on('upgrade', (_request, socket) => resolve(socket.resume())),
    );
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await world.route(tenant, { match: { host: 'app.test', path: '/silent' }, upstreams: [{ url }] });
    const stream = open('/silent');
    await requested;
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await world.nextRecord()).toMatchObject({ code: 'client_gone', status: null });
    silent.close();
  });

  test('an ordinary request to a route without one gets the answer of HTTP/1.1', async () => {
    const stream = session.request({ ':path': '/chat', ':authority': 'app.test' }, { endStream: true });
    expect(await answerOn(stream)).toMatchObject({
      ':status': 400,
      'content-type': 'application/problem+json',
    });
    expect(JSON.parse(await text(stream))).toMatchObject({
      code: 'bad_handshake',
      detail: 'Upgrade: websocket is required',
    });
  });

  test('a drain ends sessions with GOAWAY, and connections with 1001', async () => {
    const stream = open('/chat');
    await answerOn(stream);
    const received = once(stream, 'data') as Promise<[Buffer]>;
    const goneAway = once(session, 'goaway');
    world.gateway.beginDrain(0);
    expect(await goneAway).toMatchObject([constants.NGHTTP2_NO_ERROR, 1, undefined]);
    const [bytes] = await received;
    expect(bytes.readUInt16BE(2)).toBe(1001);
    stream.resume().end(closeFrame);
    await once(session, 'close');
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'gateway', closeCode: 1001 });
    world.gateway.cancelDrain();
  });
});
