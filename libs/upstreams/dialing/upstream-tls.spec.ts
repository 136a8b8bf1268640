import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upstreamTlsSchema } from '#libs/contract';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { testCertificate } from '../../../test/support/tls-certificates.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import type { Dialed, DialFailure } from './dial-options.js';
import { dialFirst } from './dial-upstreams.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';

const ca = await testCertificate('ca.crt');
const otherCa = await testCertificate('other-ca.crt');
const policy = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);

let server: Server;
let sockets: ReadonlySet<{ destroy(): unknown }>;
let dialedSockets: { destroy(): unknown }[];
let asked: string[];
let shown: string[];

beforeEach(async () => {
  asked = [];
  dialedSockets = [];
  shown = [];
  server = createServer({
    cert: await testCertificate('chat.crt'),
    key: await testCertificate('chat.key'),
    ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  sockets = openSocketsOf(server);
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    asked.push(String(socket.servername));
    shown.push(`${socket.getPeerX509Certificate()?.subject ?? 'nothing'} ${socket.authorized}`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const socket of [...sockets, ...dialedSockets]) socket.destroy();
  server.close();
  await once(server, 'close');
});

async function dialed(tls: object, host = 'upstream.test'): Promise<Dialed | DialFailure> {
  const { port } = server.address() as AddressInfo;
  const result = await dialFirst({
    endpoints: [parseUpstreamEndpoint(`wss://${host}:${port}`)],
    policy,
    connectMs: 20_000,
    lookup: () => Promise.resolve([{ address: '127.0.0.1' }]),
    tls: upstreamTlsSchema.parse(tls),
  });
  if (result.ok) dialedSockets.push(result.socket);
  return result;
}

describe('an upstream with a certificate of a private authority', () => {
  test('is trusted with that authority, for the name of the URL', async () => {
    expect(await dialed({ ca }, 'chat.test')).toMatchObject({ ok: true });
    await expect.poll(() => asked).toEqual(['chat.test']);
  });

  test('is trusted for the server name of the route, which it is asked for', async () => {
    expect(await dialed({ ca, serverName: 'a.chat.test' })).toMatchObject({ ok: true });
    expect(await dialed({ ca, serverName: 'a.chat.test' }, '127.0.0.1')).toMatchObject({ ok: true });
    await expect.poll(() => asked).toEqual(['a.chat.test', 'a.chat.test']);
  });

  test.each([
    ['without it', {}, 'chat.test'],
    ['with another authority', { ca: otherCa }, 'chat.test'],
    ['under another name', { ca }, 'upstream.test'],
    ['under another server name', { ca, serverName: 'default.test' }, 'chat.test'],
  ])('is refused %s', async (_name, tls, host) => {
    expect(await dialed(tls, host)).toMatchObject({ ok: false, code: 'upstream_refused' });
  });

  test('is taken as it is where verification is off', async () => {
    expect(await dialed({ verify: false })).toMatchObject({ ok: true });
    expect(await dialed({ verify: false, ca: otherCa })).toMatchObject({
      ok: true,
    });
  });

  test("is shown the route's certificate, and none of another route", async () => {
    const clientCertificate = await testCertificate('client.crt');
    const clientKey = await testCertificate('client.key');
    await dialed({ ca, clientCertificate, clientKey }, 'chat.test');
    await dialed({ ca }, 'chat.test');
    await expect.poll(() => shown).toEqual(['CN=device 7 true', 'nothing false']);
  });
});
