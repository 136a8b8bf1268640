import { once } from 'node:events';
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { LocalConnectionLimiter, type AcquireResult } from '#libs/limits';
import type { PublishedTenant } from '#libs/contract';
import { deferred } from '../support/deferred.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { answerOn, openSession, openWebSocketStream } from '../support/http2-client.js';
import { longWait } from '../support/long-wait.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const places = 5;

/** A limiter that answers only once the test allows it. */
class HeldLimiter extends LocalConnectionLimiter {
  mayAnswer: Promise<unknown> = Promise.resolve();
  asked = 0;

  override async acquire(...request: Parameters<LocalConnectionLimiter['acquire']>): Promise<AcquireResult> {
    this.asked += 1;
    await this.mayAnswer;
    return super.acquire(...request);
  }
}

describe('the streams of HTTP/2', () => {
  const limiter = new HeldLimiter({ now: () => performance.now() });
  const requests: IncomingMessage[] = [];
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let tenant: PublishedTenant;
  let upstreams: WebSocketServer[];
  let urls: string[];
  let session: ClientHttp2Session;
  // Another one for each test, since a place that was taken in vain stays taken for a second.
  let lastNumber = 0;
  let address: string;
  let proxyHeader: string;

  beforeAll(async () => {
    certificates = await CertificateFolder.make();
    const environment = {
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
      SLUICE_TLS_CLIENT_CA: new URL('../support/certificates/ca.crt', import.meta.url).pathname,
      SLUICE_PROXY_PROTOCOL: 'on',
      SLUICE_TRUSTED_PROXIES: '127.0.0.1',
      SLUICE_MAX_PENDING_PER_ADDRESS: String(places),
    };
    world = await GatewayWorld.start(environment, undefined, limiter);
    upstreams = await Promise.all([startUpstream(), startUpstream()]);
    urls = upstreams.map((upstream) => `ws://127.0.0.1:${(upstream.address() as AddressInfo).port}`);
    tenant = await world.tenant({ limits: { maxConnections: places + 1 } });
    await world.stickyKey(tenant);
    const fields = { upstreams: urls.map((url) => ({ url })), balancing: 'sticky' };
    await world.route(tenant, { ...fields, match: { host: 'app.test', path: '/' } });
    await world.route(tenant, {
      ...fields,
      match: { host: 'app.test', path: '/certified' },
      clientCertificate: 'required',
    });
  });

  beforeEach(async () => {
    lastNumber += 1;
    address = `192.0.2.${lastNumber}`;
    proxyHeader = `PROXY TCP4 ${address} 10.0.0.1 12345 8443\r\n`;
    session = await openSession(tlsUrl(), { certificate: 'client', proxyHeader });
  });

  afterEach(async () => {
    session.destroy();
    await world.expectNothingHeld();
    world.records.length = 0;
    requests.length = 0;
  });

  afterAll(async () => {
    await world.close();
    for (const upstream of upstreams) upstream.close();
    await certificates.remove();
  });

  const tlsUrl = (): string => world.gateway.urls[1] ?? '';
  const open = (path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream =>
    openWebSocketStream(session, path, headers);

  async function startUpstream(): Promise<WebSocketServer> {
    const upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    upstream.on('connection', (_socket, request) => requests.push(request));
    await once(upstream, 'listening');
    return upstream;
  }

  test('wait for admission in as many places as an address has, and the others get 429 on their streams', async () => {
    const { promise, resolve } = deferred<undefined>();
    limiter.mayAnswer = promise;
    limiter.asked = 0;
    const streams = Array.from({ length: places + 3 }, () => open('/'));
    const statuses: number[] = [];
    const answers = streams.map(async (stream) => {
      const answer = await answerOn(stream);
      statuses.push(answer[':status'] ?? 0);
      return answer;
    });
    await vi.waitFor(() => expect(statuses).toEqual([429, 429, 429]), longWait);
    expect(limiter.asked).toBe(places);
    const refused = streams[streams.length - 1];
    if (refused) expect(JSON.parse(await text(refused))).toMatchObject({ code: 'connect_rate' });
    resolve(undefined);
    await Promise.all(answers);
    expect(statuses.sort()).toEqual([...Array<number>(places).fill(200), 429, 429, 429]);
    expect((await answerOn(open('/')))[':status']).toBe(200);
  });

  test('count for the limit of connections, and give their slot back', async () => {
    const streams = Array.from({ length: places + 1 }, () => open('/'));
    for (const stream of streams) expect((await answerOn(stream))[':status']).toBe(200);
    const over = open('/');
    const answer = await answerOn(over);
    expect([answer[':status'], answer['retry-after']]).toEqual([429, '5']);
    expect(JSON.parse(await text(over))).toMatchObject({ code: 'connection_limit', limit: 'tenant' });
    streams[0]?.destroy();
    await vi.waitFor(() => expect([...world.gateway.connections.all()]).toHaveLength(places), longWait);
    expect((await answerOn(open('/')))[':status']).toBe(200);
  });

  test('have the client address of the PROXY header of their session', async () => {
    await answerOn(open('/'));
    expect(requests[0]?.headers['x-forwarded-for']).toBe(address);
    expect([...world.gateway.connections.all()][0]?.clientAddress).toBe(address);
  });

  test('have the client certificate of their session', async () => {
    expect((await answerOn(open('/certified')))[':status']).toBe(200);
    expect(requests[0]?.headers['client-cert']).toMatch(/^:.+:$/);
    const without = await openSession(tlsUrl(), { proxyHeader });
    const refused = openWebSocketStream(without, '/certified');
    expect((await answerOn(refused))[':status']).toBe(403);
    expect(JSON.parse(await text(refused))).toMatchObject({ code: 'client_certificate_required' });
    without.destroy();
  });

  test('get the sticky cookie of their route, and are taken to its upstream', async () => {
    const [cookie = ''] = (await answerOn(open('/')))['set-cookie'] ?? [];
    const [value = ''] = cookie.split(';');
    for (let times = 0; times < 4; times += 1) {
      const answer = await answerOn(open('/', { cookie: value }));
      expect([answer[':status'], answer['set-cookie']]).toEqual([200, undefined]);
    }
    const [first, ...others] = requests.map(({ socket }) => socket.localPort);
    expect(others).toEqual([first, first, first, first]);
  });
});
