import { type EventEmitter, once } from 'node:events';
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
  expect(await untilSecured(receivedBySilentClient)).toMatch(/^HTTP\/1.1 400 /);
  expect(happened).toEqual(['bad_handshake']);
});

test('a session of HTTP/2 without a stream is ended with GOAWAY after the timeout', async () => {
  expect(await untilSecured(goAwayOfIdleSession)).toMatchObject([0, 0, undefined]);
});

/** Connects again while the TLS handshake itself exceeds the timeout, as it may on a busy machine. */
async function untilSecured<Result>(connectOnce: () => Promise<Result>): Promise<Result> {
  for (;;) {
    happened = [];
    const result = await connectOnce();
    if (!happened.includes('tls_handshake')) return result;
  }
}

/** Resolves when the listener has ended the connection. */
async function receivedBySilentClient(): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  let received = '';
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => (received += chunk.toString()));
  await closed(socket);
  return received;
}

/** Resolves when the listener has ended the session. */
async function goAwayOfIdleSession(): Promise<unknown[]> {
  const client = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  let received: unknown[] = [];
  client.on('error', () => undefined).on('goaway', (...goAway: unknown[]) => (received = goAway));
  await closed(client);
  return received;
}

/** Also after an error, at which `once` rejects. */
function closed(connection: EventEmitter): Promise<void> {
  return new Promise((resolve) => connection.once('close', resolve));
}
