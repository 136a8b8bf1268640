import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { GatewayWorld } from '../support/gateway-world.js';
import { answerOn, openSession } from '../support/http2-client.js';
import { HttpUpstream, rawAnswers } from '../support/http-upstream.js';
import { longWait } from '../support/long-wait.js';
import {
  fieldBlock,
  flag,
  frame,
  frameType,
  type Frame,
  RawHttp2Client,
  requestHeaders,
  uint32,
} from '../support/raw-http2.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const wideWindow = 1_048_576;
const acknowledgement = frame(frameType.settings, flag.ack, 0);

describe('a client of HTTP/2 that floods', () => {
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let upstream: HttpUpstream;

  beforeAll(async () => {
    certificates = await CertificateFolder.make();
    world = await GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
      SLUICE_MAX_PENDING_PER_ADDRESS: '0',
    });
    upstream = await HttpUpstream.start();
    upstream.on('/', (_request, response) => response.end('ok'));
    upstream.on('/large', (_request, response) => response.end(Buffer.alloc(1_000_000)));
    upstream.on('/silent', () => undefined);
    await world.route(await world.tenant(), {
      match: { path: '/' },
      http: 'proxy',
      upstreams: [{ url: upstream.url }],
    });
  });

  afterEach(async () => {
    await expectServed();
    await world.expectNothingHeld();
    world.httpRecords.length = 0;
  });

  afterAll(async () => {
    await world.close();
    await upstream.close();
    await certificates.remove();
  });

  const connected = (settings?: Buffer): Promise<RawHttp2Client> =>
    RawHttp2Client.connect(world.gateway.urls[1] ?? '', settings);

  async function expectServed(): Promise<void> {
    const session = await openSession(world.gateway.urls[1] ?? '');
    const stream = session.request({ ':path': '/', ':authority': 'app.test' });
    expect((await answerOn(stream))[':status']).toBe(200);
    session.destroy();
  }

  test('with requests that it resets at once is disconnected', async () => {
    const client = await connected();
    for (let stream = 1; stream < 4000; stream += 2) {
      client.send(requestHeaders(stream, {}, flag.endStream), frame(frameType.reset, 0, stream, uint32(8)));
    }
    await client.closed();
  });

  test('with CONTINUATION frames is disconnected before they fill the memory', async () => {
    const client = await connected();
    client.send(frame(frameType.headers, 0, 1, Buffer.from([0x82])));
    const block = Buffer.alloc(16_384, 0x82);
    for (let sent = 0; sent < 200; sent += 1) client.send(frame(frameType.continuation, 0, 1, block));
    await client.closed();
  });

  test.each([
    ['SETTINGS', frame(frameType.settings, 0, 0)],
    ['PING', frame(frameType.ping, 0, 0, Buffer.alloc(8))],
  ])('with %s frames, and reads no answer to them, is disconnected', async (_name, bytes) => {
    const client = await connected();
    client.socket.pause();
    const flood = Buffer.concat(Array<Buffer>(20_000).fill(bytes));
    const closed = new Promise<void>((resolve) => client.socket.once('close', () => resolve()));
    while (!client.socket.destroyed) {
      const drained = new Promise<void>((resolve) => client.socket.once('drain', resolve));
      if (!client.send(flood)) await Promise.race([drained, closed]);
    }
    await closed;
  });

  test('with more than 100 requests at once has the further ones refused', async () => {
    const client = await connected();
    for (let stream = 1; stream <= 2 * 120; stream += 2)
      client.send(requestHeaders(stream, { ':path': '/silent' }, flag.endStream));
    const { payload } = await client.until(({ type, stream }) => type === frameType.reset && stream > 200);
    expect(payload.readUInt32BE()).toBe(7);
    expect(world.gateway.held().handshakes).toBeLessThanOrEqual(100);
    client.socket.destroy();
  });

  test('with answers for which it opens no window does not hold up others, and leaves nothing behind', async () => {
    // SETTINGS_INITIAL_WINDOW_SIZE: 0
    const client = await connected(Buffer.from([0, 4, 0, 0, 0, 0]));
    for (let stream = 1; stream < 100; stream += 2)
      client.send(requestHeaders(stream, { ':path': '/large' }, flag.endStream));
    await client.until(({ type, stream }) => type === frameType.headers && stream === 99);
    await expectServed();
    client.socket.destroy();
    const records = (): unknown[] => world.httpRecords.filter(({ path }) => path === '/large');
    await vi.waitFor(() => expect(records()).toHaveLength(50), longWait);
  });

  test('with windows that it opens by nothing is disconnected', async () => {
    const client = await connected();
    client.send(requestHeaders(1, { ':path': '/silent' }, flag.endStream));
    client.send(frame(frameType.windowUpdate, 0, 1, uint32(0)));
    await client.closed();
  });

  test('with bodies on many streams, and ignores that its windows become narrow, is disconnected', async () => {
    // The dial waits for the answer of TLS, so nobody reads a body.
    const silent = await rawAnswers('');
    const route = {
      match: { path: '/unread' },
      http: 'proxy',
      upstreams: [{ url: silent.url.replace('http', 'https') }],
    };
    await world.route(await world.tenant({ slug: 'unread' }), route);
    const client = await connected();
    const streams = Array.from({ length: 60 }, (_value, index) => 2 * index + 1);
    const head = { ':method': 'POST', ':path': '/unread' };
    for (const stream of streams) client.send(requestHeaders(stream, head));
    await client.until(isWindow(wideWindow));
    client.send(acknowledgement, acknowledgement);
    const closed = client.closed();
    const data = Buffer.alloc(16_384);
    let sent = 0;
    for (; sent < wideWindow && !client.socket.destroyed; sent += data.length) {
      const drained = new Promise<void>((resolve) => client.socket.once('drain', resolve));
      if (!client.send(...streams.map((stream) => frame(frameType.data, 0, stream, data))))
        await Promise.race([drained, closed]);
    }
    expect(client.frames.some(isWindow(65_535))).toBe(true);
    expect(sent).toBeLessThan(wideWindow / 2);
    await closed;
    await silent.close();
  });

  test('with a large head gets 431', async () => {
    const client = await connected();
    const pseudo = { ':method': 'GET', ':scheme': 'https', ':path': '/', ':authority': 'app.test' };
    client.send(frame(frameType.headers, flag.endStream, 1, fieldBlock(pseudo)));
    for (let index = 0; index < 5; index += 1) {
      const block = fieldBlock({ [`x-${index}`]: 'a'.repeat(14_000) });
      client.send(frame(frameType.continuation, index === 4 ? flag.endHeaders : 0, 1, block));
    }
    const { payload } = await client.until(({ type }) => type === frameType.data);
    expect(JSON.parse(payload.toString())).toMatchObject({ code: 'headers_too_large', status: 431 });
    client.socket.destroy();
  });
});

/** Whether a frame is SETTINGS that only sets the window of streams to this size. */
function isWindow(bytes: number): (frame: Frame) => boolean {
  const setting = Buffer.concat([Buffer.from([0, 4]), uint32(bytes)]);
  return ({ type, payload }) => type === frameType.settings && payload.equals(setting);
}
