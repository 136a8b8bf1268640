import { once } from 'node:events';
import {
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { IncomingMessage } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { GatewayWorld } from '../support/gateway-world.js';
import { answerOn, openSession } from '../support/http2-client.js';
import { HttpUpstream, rawAnswers } from '../support/http-upstream.js';
import { frame, frameType, RawHttp2Client, requestHeaders, uint32 } from '../support/raw-http2.js';
import { longWait } from '../support/long-wait.js';
import { untilSteady } from '../support/until-steady.js';
import { CertificateFolder } from '../support/tls-certificates.js';

// Below the limit of the route, and a multiple of the parts in which it is sent.
const uploadBytes = 5_984_000;

describe('ordinary requests over HTTP/2', () => {
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let upstream: HttpUpstream;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    certificates = await CertificateFolder.make();
    world = await GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
    });
    upstream = await HttpUpstream.start();
    await world.route(await world.tenant(), {
      match: { path: '/' },
      http: 'proxy',
      maxRequestBytes: 6_000_000,
      upstreams: [{ url: upstream.url }],
      responseHeaders: { set: { 'X-Served-By': 'sluice' } },
    });
  });

  beforeEach(async () => {
    session = await openSession(world.gateway.urls[1] ?? '');
  });

  afterEach(async () => {
    session.destroy();
    await world.expectNothingHeld();
    world.httpRecords.length = 0;
  });

  afterAll(async () => {
    await world.close();
    await upstream.close();
    await certificates.remove();
  });

  function ask(path: string, headers: OutgoingHttpHeaders = {}, endStream = true): ClientHttp2Stream {
    const stream = session.request({ ':path': path, ':authority': 'app.test', ...headers }, { endStream });
    return stream.on('error', () => undefined);
  }

  test('are forwarded over HTTP/1.1, and their answer comes back', async () => {
    const got = new Promise<IncomingMessage>((resolve) => {
      upstream.on('/page', (request, response) => {
        resolve(request);
        response.writeHead(201, { 'Set-Cookie': ['a=1', 'b=2'], Vary: ['a', 'b'], 'Keep-Alive': 'x' });
        response.end('hello');
      });
    });
    const stream = ask('/page?x=1&y', { cookie: ['a=1', 'b=2'], te: 'trailers' });
    const answer = await answerOn(stream);
    expect(answer).toMatchObject({
      ':status': 201,
      'set-cookie': ['a=1', 'b=2'],
      vary: 'a, b',
      'x-served-by': 'sluice',
    });
    expect(Object.keys(answer)).not.toContain('keep-alive');
    expect(await text(stream)).toBe('hello');
    const { url, httpVersion, headers } = await got;
    expect([url, httpVersion]).toEqual(['/page?x=1&y', '1.1']);
    expect(headers).toMatchObject({
      cookie: 'a=1; b=2',
      via: `2 ${world.fleetId}`,
      'x-forwarded-proto': 'https',
    });
    expect([headers['content-length'], headers['transfer-encoding'], headers.te]).toEqual(
      Array(3).fill(undefined),
    );
    expect(await world.nextHttpRecord()).toMatchObject({
      outcome: 'answered',
      httpVersion: '2',
      path: '/page',
      status: 201,
      responseBytes: 5,
    });
  });

  test.each([
    ['with a length', { 'content-length': 5_000_000 }],
    ['without one', {}],
  ])('stream a large body %s', async (_name, headers) => {
    upstream.on('/echo', (request, response) => request.pipe(response));
    const body = Buffer.alloc(5_000_000, 'a');
    const stream = ask('/echo', { ':method': 'POST', ...headers }, false);
    stream.end(body);
    expect((await buffer(stream)).equals(body)).toBe(true);
    expect(await world.nextHttpRecord()).toMatchObject({ requestBytes: 5_000_000, responseBytes: 5_000_000 });
  });

  test('that are too large are refused in the middle of their body', async () => {
    upstream.on('/sink', (request, response) => request.resume().on('end', () => response.end()));
    const stream = ask('/sink', { ':method': 'POST' }, false);
    stream.write(Buffer.alloc(6_100_000));
    const answered = answerOn(stream);
    // The client still writes, so it has to be read by itself.
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(stream, 'end');
    expect([(await answered)[':status'], stream.rstCode]).toEqual([413, constants.NGHTTP2_NO_ERROR]);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ code: 'body_too_large' });
  });

  test('with Expect wait for the 100 of the upstream, and get early hints and trailers', async () => {
    let trailers: NodeJS.Dict<string> = {};
    upstream.on('/all', (request, response) => {
      response.writeContinue();
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      request.resume().on('end', () => {
        trailers = request.trailers;
        response.writeHead(200, { Trailer: 'X-Sum' });
        response.write('a');
        response.addTrailers({ 'X-Sum': '1', 'Set-Cookie': 'a=1', 'X-Served-By': 'forged' });
        response.end();
      });
    });
    const stream = session.request(
      { ':path': '/all', ':method': 'POST', ':authority': 'app.test', expect: '100-continue' },
      { endStream: false, waitForTrailers: true },
    );
    const interim: unknown[] = [];
    stream.on('headers', (headers) => interim.push(headers[':status']));
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '2', authorization: 'Bearer x' }));
    const answered = answerOn(stream);
    const trailed = once(stream, 'trailers');
    await once(stream, 'continue');
    stream.end('body');
    await answered;
    expect(await text(stream)).toBe('a');
    const [answerTrailers] = (await trailed) as [NodeJS.Dict<string>];
    expect([trailers, Object.entries(answerTrailers)]).toEqual([{ 'x-sum': '2' }, [['x-sum', '1']]]);
    expect(interim).toEqual([100, 103]);
  });

  test.each([
    ['HEAD', 200, { 'Content-Length': '5' }, '5'],
    ['GET', 304, { 'Content-Length': '5', ETag: '"1"' }, '5'],
    ['GET', 204, {}, undefined],
  ])('%s with %i ends without a body', async (method, status, fields, length) => {
    upstream.on('/bodiless', (_request, response) => response.writeHead(status, fields).end());
    const stream = ask('/bodiless', { ':method': method });
    const answer = await answerOn(stream);
    expect([answer[':status'], answer['content-length'], await text(stream)]).toEqual([status, length, '']);
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'answered', status });
  });

  test('get server-sent events one by one, and the head before the first', async () => {
    let push: (event: string) => void = () => undefined;
    upstream.on('/events', (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
      push = (event) => response.write(`data: ${event}\n\n`);
    });
    const stream = ask('/events');
    await answerOn(stream);
    for (const event of ['one', 'two']) {
      const arrived = once(stream, 'data');
      push(event);
      expect(String(((await arrived) as [Buffer])[0])).toBe(`data: ${event}\n\n`);
    }
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'client_gone' });
  });

  test.each([
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR],
    ['CANCEL', constants.NGHTTP2_CANCEL],
  ])('with a body that is cut off by RST_STREAM with %s never look complete', async (_name, code) => {
    const ended = new Promise<boolean>((resolve) => {
      upstream.on('/upload', (request) => {
        request.once('data', () => client.send(frame(frameType.reset, 0, 1, uint32(code))));
        request.on('close', () => resolve(request.complete));
      });
    });
    const client = await RawHttp2Client.connect(world.gateway.urls[1] ?? '');
    const data = frame(frameType.data, 0, 1, Buffer.from('half'));
    client.send(requestHeaders(1, { ':method': 'POST', ':path': '/upload' }), data);
    expect(await ended).toBe(false);
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'client_gone' });
    client.socket.destroy();
  });

  test('with an answer that breaks off are reset', async () => {
    const cut = await rawAnswers('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf', (socket) =>
      socket.destroy(),
    );
    const fields = { match: { path: '/cut' }, http: 'proxy', upstreams: [{ url: cut.url }] };
    await world.route(await world.tenant({ slug: 'cut' }), fields);
    const stream = ask('/cut');
    await new Promise((resolve) => stream.resume().once('close', resolve));
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(await world.nextHttpRecord()).toMatchObject({ outcome: 'cut_short', status: 200 });
    await cut.close();
  });

  test('of one session are served side by side', async () => {
    const waiting: (() => void)[] = [];
    upstream.on('/slow', (_request, response) => waiting.push(() => response.end('slow')));
    upstream.on('/fast', (_request, response) => response.end('fast'));
    const slow = ask('/slow');
    await vi.waitFor(() => expect(waiting).toHaveLength(1), longWait);
    expect(await text(ask('/fast'))).toBe('fast');
    waiting[0]?.();
    expect(await text(slow)).toBe('slow');
  });

  describe('with bodies that a slow upstream does not read', () => {
    let read: () => void;

    beforeEach(() => {
      const reading = new Promise<void>((resolve) => (read = resolve));
      upstream.on('/slow', (request, response) => {
        void reading.then(() => request.resume().on('end', () => response.end()));
      });
    });

    // What waits in the socket to the upstream counts as forwarded; a part of 64 KiB waits on the way to it.
    test.each([
      ['one holds at most the window of a stream', 1, 1_048_576],
      ['many of one session hold a bounded sum', 24, 2 * 4_194_304 + 24 * 65_535],
    ])('%s', async (_name, count, maxBytes) => {
      const uploads = startUploads(count);
      const sent = await untilSteady(uploads.sentBytes);
      session.destroy();
      await vi.waitFor(() => expect(world.httpRecords).toHaveLength(count), longWait);
      const taken = world.httpRecords.reduce((sum, { requestBytes }) => sum + requestBytes, 0);
      const held = sent - taken;
      expect(held).toBeLessThan(maxBytes + count * 65_536);
      // Node reopens a window when half of it was read, so that at least the other half is filled.
      expect(held).toBeGreaterThan(500_000);
    });

    test('all arrive whole when it reads them', async () => {
      const uploads = startUploads(8);
      await untilSteady(uploads.sentBytes);
      read();
      await Promise.all(uploads.streams.map((stream) => text(stream)));
      expect(uploads.sentBytes()).toBe(8 * uploadBytes);
      await vi.waitFor(() => expect(world.httpRecords).toHaveLength(8), longWait);
      expect(world.httpRecords.map(({ requestBytes }) => requestBytes)).toEqual(Array(8).fill(uploadBytes));
    });

    function startUploads(count: number): { streams: ClientHttp2Stream[]; sentBytes: () => number } {
      let sent = 0;
      const part = Buffer.alloc(16_000);
      // Node reports several writes as one, so the next one waits for the last one.
      const send = (stream: ClientHttp2Stream, unsent: number): void => {
        if (unsent === 0) stream.end();
        else
          stream.write(part, (error) => {
            if (error) return;
            sent += part.length;
            send(stream, unsent - part.length);
          });
      };
      const streams = Array.from({ length: count }, () => ask('/slow', { ':method': 'POST' }, false));
      for (const stream of streams) send(stream, uploadBytes);
      return { streams, sentBytes: () => sent };
    }
  });
});
