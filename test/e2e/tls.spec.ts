import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayWorld } from '../support/gateway-world.js';
import { openSocketsOf } from '../support/open-sockets.js';
import { longWait } from '../support/long-wait.js';
import { openSocket, parseAnswer, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder, testCertificate } from '../support/tls-certificates.js';

describe('TLS with clients', () => {
  let certificates: CertificateFolder;
  let world: GatewayWorld;
  let ca: string;
  let upstream: Server;
  let requests: IncomingMessage[];
  let upstreamUrl: string;

  beforeEach(async () => {
    ca = await testCertificate('ca.crt');
    certificates = await CertificateFolder.make();
    world = await GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: certificates.path,
      SLUICE_TLS_CLIENT_CA: new URL('../support/certificates/ca.crt', import.meta.url).pathname,
    });
    requests = [];
    upstream = createServer();
    openSocketsOf(upstream);
    const webSockets = new WebSocketServer({ server: upstream });
    webSockets.on('connection', (socket, request) => {
      requests.push(request);
      socket.on('message', (message, isBinary) => socket.send(message as Buffer, { binary: isBinary }));
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    upstreamUrl = `ws://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    upstream.close();
    await certificates.remove();
  });

  const tlsUrl = (): string => world.gateway.urls[1] ?? '';
  const port = (): number => Number(new URL(tlsUrl()).port);

  async function tlsSocket(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const half = { host: '127.0.0.1', port: port(), servername: 'default.test', ca, allowHalfOpen: true };
    const socket = connect({ ...half, ...options });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    return socket;
  }

  async function joined(options: WebSocket.ClientOptions & ConnectionOptions = {}): Promise<WebSocket> {
    const secure: WebSocket.ClientOptions & ConnectionOptions = {
      ca,
      servername: 'default.test',
      ...options,
    };
    const client = new WebSocket(tlsUrl(), secure);
    await once(client, 'open');
    return client;
  }

  async function refusal(options: ConnectionOptions): Promise<unknown> {
    const socket = await tlsSocket(options);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(upgradeRequest('/'));
    await once(socket, 'end');
    socket.end();
    return JSON.parse(parseAnswer(Buffer.concat(chunks).toString()).body);
  }

  test('relays, and sends the upstream X-Forwarded-Proto: https', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    const client = await joined();
    client.send('hello');
    expect(await once(client, 'message')).toEqual([Buffer.from('hello'), false]);
    expect(requests[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https' });
    client.close(4001);
    await once(client, 'close');
    expect(await world.nextRecord()).toMatchObject({ endedBy: 'client', closeCode: 4001 });
  });

  test('relays a large message under backpressure', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    const client = await joined();
    const large = Buffer.alloc(8_000_000, 'sluice');
    client.send(large);
    const [echoed] = (await once(client, 'message')) as [Buffer];
    expect(echoed.equals(large)).toBe(true);
    client.close();
    await once(client, 'close');
  });

  test("forwards a client's FIN as a FIN, and keeps relaying the other direction", async () => {
    const tenant = await world.tenant();
    const late = createServer();
    late.on('upgrade', (_request, socket) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
      );
      socket.resume();
      // Frames that the client gets although it has ended its direction.
      socket.on('end', () => socket.end(Buffer.from([0x82, 2, 1, 2, 0x88, 0])));
    });
    await once(late.listen(0, '127.0.0.1'), 'listening');
    await world.route(tenant, {
      upstreams: [{ url: `ws://127.0.0.1:${(late.address() as AddressInfo).port}` }],
    });
    const socket = await tlsSocket();
    const chunks: Buffer[] = [];
    socket.write(upgradeRequest('/'));
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1.1 101 /);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.end();
    await once(socket, 'end');
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0x82, 2, 1, 2, 0x88, 0]));
    late.close();
  });

  test.each([
    ['plain HTTP', upgradeRequest('/')],
    ['garbage', Buffer.alloc(1000, 0xff)],
    ['half a ClientHello', Buffer.from('160301020001', 'hex')],
  ])('disconnects and counts a client that sends %s, and keeps serving', async (_name, bytes) => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    const socket = await openSocket(port());
    socket.resume();
    socket.end(bytes);
    await once(socket, 'close');
    await vi.waitFor(() => expect(world.gateway.held().sockets).toBe(0), longWait);
    expect(await world.gateway.metrics.registry.metrics()).toMatch(
      /sluice_connections_dropped_total\{reason="tls_handshake"\} 1/,
    );
    (await joined()).terminate();
  });

  test('survives a reset at every step', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    (await openSocket(port())).resetAndDestroy();
    const greeted = await openSocket(port());
    greeted.write(Buffer.from('160301020001', 'hex'));
    greeted.resetAndDestroy();
    for (const bytes of ['', 'GET / HTTP/1.1\r\n', upgradeRequest('/')]) {
      const raw = await openSocket(port());
      const socket = connect({ socket: raw, servername: 'default.test', ca });
      socket.on('error', () => undefined);
      await once(socket, 'secureConnect');
      if (bytes !== '') await new Promise((resolve) => socket.write(bytes, resolve));
      raw.resetAndDestroy();
    }
    const client = await joined();
    client.terminate();
  });

  test('speaks TLS 1.2 or later, and HTTP/2 only with clients that offer it', async () => {
    expect((await tlsSocket({ ALPNProtocols: ['http/1.1', 'h2'] })).end().alpnProtocol).toBe('h2');
    expect((await tlsSocket({ ALPNProtocols: ['http/1.1'] })).end().alpnProtocol).toBe('http/1.1');
    expect((await tlsSocket()).end().alpnProtocol).toBe(false);
    expect((await tlsSocket({ maxVersion: 'TLSv1.2' })).end().getProtocol()).toBe('TLSv1.2');
    for (const options of [
      { ALPNProtocols: ['spdy/3'] },
      { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
    ] satisfies ConnectionOptions[]) {
      await expect(tlsSocket(options)).rejects.toThrow();
    }
  });

  describe('a route that requires a client certificate', () => {
    beforeEach(async () => {
      const fields = { upstreams: [{ url: upstreamUrl }], clientCertificate: 'required' };
      await world.route(await world.tenant(), fields);
    });

    const shown = async (name: string): Promise<ConnectionOptions> => ({
      cert: await testCertificate(`${name}.crt`),
      key: await testCertificate(`${name}.key`),
    });

    test('admits clients with a certificate, and sends its subject to the upstream, even if the client sends the same fields', async () => {
      const { cert, key } = await shown('client');
      const headers = { 'Client-Cert': ':AA==:', client_cert: ':AA==:', 'Client-Cert-Chain': ':AA==:' };
      const client = await joined({ cert, key, headers });
      const der = new X509Certificate(cert as string).raw;
      expect(requests[0]?.rawHeaders.filter((text) => /^client.cert/i.test(text))).toEqual(['Client-Cert']);
      expect(requests[0]?.headers['client-cert']).toBe(`:${der.toString('base64')}:`);
      client.close();
      await once(client, 'close');
    });

    test('refuses clients without a certificate, and with a certificate of another authority', async () => {
      expect(await refusal({})).toMatchObject({ status: 403, code: 'client_certificate_required' });
      expect(await refusal(await shown('other-client'))).toMatchObject({
        code: 'client_certificate_required',
      });
      expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(403);
      expect(requests).toEqual([]);
    });

    test('refuses clients without a certificate that resume a session, which Node.js reports as authorized', async () => {
      const first = await tlsSocket();
      first.resume();
      const [session] = (await once(first, 'session')) as [Buffer];
      first.end();
      const second = await tlsSocket({ session });
      expect(second.isSessionReused()).toBe(true);
      second.destroy();
      expect(await refusal({ session })).toMatchObject({ code: 'client_certificate_required' });
    });
  });

  test('does not forward a certificate if the route does not request one', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    const cert = await testCertificate('client.crt');
    const client = await joined({ cert, key: await testCertificate('client.key') });
    expect(requests[0]?.headers['client-cert']).toBeUndefined();
    client.close();
    await once(client, 'close');
  });

  test('presents a renewed certificate to new connections, and keeps open connections', async () => {
    await world.route(await world.tenant(), { upstreams: [{ url: upstreamUrl }] });
    const client = await joined();
    await certificates.put('renewed', 'default');
    await certificates.put('chat');
    await vi.waitFor(async () => {
      for (const [servername, name] of [
        ['', 'default.test, renewed'],
        ['default.test', 'default.test, renewed'],
        ['chat.test', 'chat.test'],
      ] as const) {
        const socket = await tlsSocket({ servername, rejectUnauthorized: false });
        const { subject } = socket.getPeerCertificate();
        socket.destroy();
        expect(subject.CN).toBe(name);
      }
    }, longWait);
    client.send('still here');
    expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
    client.close();
    await once(client, 'close');
  });
});

describe('a gateway whose certificates cannot be used', () => {
  test.each([
    ['no folder', 'nowhere', /^SLUICE_TLS_CERTIFICATES: .*nowhere: cannot be read: ENOENT$/],
    ['a folder without certificates', '.', /^SLUICE_TLS_CERTIFICATES: .*: no certificate with a key/],
  ])('does not start, and reports the problem: %s', async (_name, path, message) => {
    const empty = new URL(path, new URL('../support/config-bus/', import.meta.url)).pathname;
    const start = GatewayWorld.start({
      SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
      SLUICE_TLS_CERTIFICATES: empty,
    });
    await expect(start).rejects.toThrow(message);
  });
});
