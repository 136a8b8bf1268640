import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSocket } from '../../../test/support/raw-request.js';
import { CertificateFolder } from '../../../test/support/tls-certificates.js';
import { openCertificates } from './open-certificates.js';
import { UpgradeListener } from './upgrade-listener.js';

let folder: CertificateFolder;
let listener: UpgradeListener;
let port: number;
let happened: string[];
let release: () => void;

beforeEach(async () => {
  happened = [];
  folder = await CertificateFolder.make();
  const log = (): void => undefined;
  const logger = { info: log, warn: log, error: log };
  const certificates = await openCertificates({ certificatesDir: folder.path, clientCaFile: null }, logger);
  release = () => certificates.stop();
  const bounds = { maxHeaderBytes: 4096, headersTimeoutMs: 60, checkIntervalMs: 20 };
  listener = new UpgradeListener(
    {
      onUpgrade: ({ socket }) => socket.end(),
      onRefused: (code) => happened.push(code),
      onDropped: (reason) => happened.push(reason),
    },
    { bounds, certificates, http2: true },
  );
  const url = await listener.listen({ host: '127.0.0.1', port: 0 });
  expect(url).toMatch(/^wss:/);
  port = Number(new URL(url).port);
});

afterEach(async () => {
  await expect.poll(() => listener.openSockets).toBe(0);
  await listener.close();
  release();
  await folder.remove();
});

test.each([
  ['nothing', ''],
  ['half a ClientHello', Buffer.from('160301020001', 'hex')],
])('a client that connects and sends %s is dropped after the timeout', async (_name, bytes) => {
  const socket = await openSocket(port);
  socket.resume();
  if (bytes !== '') socket.write(bytes);
  await once(socket, 'end');
  socket.end();
  expect(happened).toEqual(['tls_handshake']);
});

test('a client that sends a FIN in the middle of the TLS handshake is dropped at once', async () => {
  const socket = await openSocket(port);
  socket.end(Buffer.from('160301020001', 'hex'));
  await once(socket.resume(), 'close');
  expect(happened).toEqual(['tls_handshake']);
});

test('a client that sends nothing after the TLS handshake is answered and dropped after the timeout', async () => {
  // On a busy machine the TLS handshake itself may exceed the timeout.
  let silent = await openSilentClient();
  while (!silent.isSecured) silent = await openSilentClient();
  expect(silent.received).toMatch(/^HTTP\/1.1 400 /);
  expect(happened.at(-1)).toBe('bad_handshake');
});

test('a session of HTTP/2 without a stream is ended with GOAWAY after the timeout', async () => {
  const client = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  client.on('error', () => undefined);
  const goneAway = once(client, 'goaway');
  await once(client, 'close');
  expect(await goneAway).toMatchObject([0, 0, undefined]);
});

/** Resolves when the listener has ended its connection. */
async function openSilentClient(): Promise<{ isSecured: boolean; received: string }> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  const client = { isSecured: false, received: '' };
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => (client.received += chunk.toString()));
  socket.on('secureConnect', () => (client.isSecured = true));
  await once(socket, 'close');
  return client;
}
