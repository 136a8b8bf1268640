import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { CertificateFolder } from '../support/tls-certificates.js';

const signature = '\r\n\r\n\0\r\nQUIT\n';
const version2 = (head: number[], addresses: number[]): Buffer =>
  Buffer.concat([
    Buffer.from(signature, 'latin1'),
    Buffer.from([...head, 0, addresses.length, ...addresses]),
  ]);
const ipv4 = [192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 0x1f, 0x90];
const ipv6 = [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 7, ...Array<number>(16).fill(1), 1, 2, 3, 4];

let upstream: CountingUpstream;
let certificates: CertificateFolder;
let world: GatewayWorld;

async function start(environment: Record<string, string> = {}): Promise<void> {
  upstream = await CountingUpstream.start((socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
  certificates = await CertificateFolder.make();
  world = await GatewayWorld.start({
    SLUICE_PROXY_PROTOCOL: 'on',
    SLUICE_TRUSTED_PROXIES: '127.0.0.1',
    SLUICE_GATEWAY_TLS_LISTEN: '127.0.0.1:0',
    SLUICE_TLS_CERTIFICATES: certificates.path,
    ...environment,
  });
  await world.route(await world.tenant(), { upstreams: [{ url: upstream.url }] });
}

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
  await certificates.remove();
});

const dropped = async (): Promise<string | undefined> =>
  /sluice_connections_dropped_total\{reason="proxy_header"\} (\d+)/.exec(
    await world.gateway.metrics.registry.metrics(),
  )?.[1];

describe('a trusted proxy', () => {
  beforeEach(() => start());

  test.each([
    ['TCP4', 'PROXY TCP4 192.0.2.7 10.0.0.1 12345 8080\r\n', '192.0.2.7'],
    ['TCP6', 'PROXY TCP6 2001:db8::7 2001:db8::1 12345 8080\r\n', '2001:db8::7'],
    ['UNKNOWN', 'PROXY UNKNOWN\r\n', '127.0.0.1'],
    ['version 2, IPv4', version2([0x21, 0x11], ipv4), '192.0.2.7'],
    ['version 2, IPv6', version2([0x21, 0x21], ipv6), '2001:db8::7'],
    ['version 2 with TLVs', version2([0x21, 0x11], [...ipv4, 4, 0, 1, 0]), '192.0.2.7'],
    ['version 2, LOCAL', version2([0x20, 0], []), '127.0.0.1'],
  ])('forwards the address of its client: %s', async (_name, header, address) => {
    const bytes = Buffer.concat([Buffer.from(header), Buffer.from(upgradeRequest('/'))]);
    expect((await rawRequest(world.port, bytes)).status).toBe(403);
    expect(upstream.received).toContain(`X-Forwarded-For: ${address}\r\n`);
    expect(await world.nextRecord()).toMatchObject({ clientAddress: address });
  });

  test.each([
    ['version 1', Buffer.from('PROXY TCP4 192.0.2.7 10.0.0.1 12345 8080\r\n')],
    ['version 2', version2([0x21, 0x11], ipv4)],
  ])('may send its header in two parts, split anywhere: %s', async (_name, header) => {
    const bytes = Buffer.concat([header, Buffer.from(upgradeRequest('/'))]);
    for (let cut = 1; cut <= header.length + 1; cut += 1) {
      const socket = await openSocket(world.port);
      socket.setNoDelay(true).resume();
      await new Promise((resolve) => socket.write(bytes.subarray(0, cut), resolve));
      await new Promise(setImmediate);
      socket.write(bytes.subarray(cut));
      await once(socket, 'end');
      socket.end();
      expect(await world.nextRecord()).toMatchObject({ clientAddress: '192.0.2.7', code: 'upstream_answer' });
    }
  });

  test.each([
    ['none', upgradeRequest('/')],
    ['a wrong address', 'PROXY TCP4 192.0.2.256 10.0.0.1 1 2\r\n'],
    ['an address of another family', 'PROXY TCP4 ::1 ::1 1 2\r\n'],
    ['a wrong port', 'PROXY TCP4 192.0.2.7 10.0.0.1 1 65536\r\n'],
    ['an extra field', 'PROXY TCP4 192.0.2.7 10.0.0.1 1 2 3\r\n'],
    ['a bare line feed', 'PROXY TCP4 192.0.2.7 10.0.0.1 1 2\n' + 'a'.repeat(100)],
    ['no line end', `PROXY UNKNOWN ${'a'.repeat(200)}`],
    ['version 3', version2([0x31, 0x11], ipv4)],
    ['no such command', version2([0x22, 0x11], ipv4)],
    ['datagrams', version2([0x21, 0x12], ipv4)],
    ['too few addresses', version2([0x21, 0x11], ipv4.slice(1))],
    [
      'too many bytes after its addresses',
      Buffer.concat([Buffer.from(signature), Buffer.from([0x21, 0x11, 255, 255])]),
    ],
  ])('is disconnected, and counted, if its header has %s', async (_name, bytes) => {
    const socket = await openSocket(world.port);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.end(bytes);
    await once(socket, 'close');
    expect(chunks).toEqual([]);
    expect(await dropped()).toBe('1');
    expect(upstream.connections).toBe(0);
  });

  test('may disconnect in the middle of its header', async () => {
    const socket = await openSocket(world.port);
    socket.end('PROXY TC');
    await once(socket.resume(), 'close');
    (await openSocket(world.port)).resetAndDestroy();
    await expect.poll(dropped).toBe('2');
  });

  test('sends its header before the TLS handshake', async () => {
    const raw = await openSocket(Number(new URL(world.gateway.urls[1] ?? '').port));
    raw.write('PROXY TCP4 192.0.2.7 10.0.0.1 12345 8080\r\n');
    const socket = connect({ socket: raw, rejectUnauthorized: false });
    socket.on('error', () => undefined).resume();
    socket.write(upgradeRequest('/'));
    await once(socket, 'end');
    socket.end();
    raw.destroy();
    expect(await world.nextRecord()).toMatchObject({ clientAddress: '192.0.2.7' });
  });
});

describe('a peer that is not a trusted proxy', () => {
  beforeEach(() => start({ SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' }));

  test('is an ordinary client, and its PROXY header is an invalid request', async () => {
    expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(403);
    expect(await world.nextRecord()).toMatchObject({ clientAddress: '127.0.0.1' });
    const forged = `PROXY TCP4 192.0.2.7 10.0.0.1 12345 8080\r\n${upgradeRequest('/')}`;
    expect((await rawRequest(world.port, forged)).status).toBe(400);
    expect(upstream.connections).toBe(1);
  });
});
