import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type ClientHttp2Session,
  type Http2Server,
  type ServerHttp2Session,
  type Settings,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SessionWindows } from './session-windows.js';

const narrow = 65_535;
const wide = 1_048_576;

let server: Http2Server;
let client: ClientHttp2Session;
let windows: SessionWindows;

beforeEach(async () => {
  server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const opened = once(server, 'session');
  client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('error', () => undefined);
  const [session] = (await opened) as [ServerHttp2Session];
  windows = new SessionWindows(session);
  session.on('error', () => undefined);
  await once(client, 'remoteSettings');
});

afterEach(() => {
  client.destroy();
  server.close();
});

async function nextWindow(): Promise<number | undefined> {
  const [settings] = (await once(client, 'remoteSettings')) as [Settings];
  return settings.initialWindowSize;
}

test('a client gets wide windows only when it is asked to', async () => {
  expect(client.remoteSettings.initialWindowSize).toBe(narrow);
  windows.widen();
  expect(await nextWindow()).toBe(wide);
});

test('a session that holds much gets narrow windows, and wide ones when its bytes were read', async () => {
  windows.widen();
  expect(await nextWindow()).toBe(wide);
  windows.hold(2 ** 22);
  windows.hold(1);
  expect(await nextWindow()).toBe(narrow);
  windows.release(2 ** 21);
  windows.widen();
  windows.release(2 ** 21);
  windows.widen();
  expect(await nextWindow()).toBe(wide);
  expect(windows.heldBytes).toBe(1);
});

test('a session that holds more than its windows allow is ended', async () => {
  const ended = once(client, 'goaway');
  windows.hold(2 ** 24);
  expect(client.destroyed).toBe(false);
  windows.hold(1);
  expect((await ended)[0]).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
});
