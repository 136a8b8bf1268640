import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { longWait } from '../../test/support/long-wait.js';
import { type RunningEcho, startEcho } from './start-echo.js';

const listen = { host: '127.0.0.1', port: 0 };

describe('startEcho', () => {
  let echo: RunningEcho;
  beforeEach(async () => {
    echo = await startEcho({ listen });
  });
  afterEach(() => echo.close());

  test('answers a text message with the same text', async () => {
    const client = await open(echo.url);
    expect(await exchange(client, 'grüße')).toEqual({ data: Buffer.from('grüße'), isBinary: false });
  });

  test('answers a binary message with the same bytes', async () => {
    const client = await open(echo.url);
    const bytes = Buffer.from([0, 255, 10, 13]);
    expect(await exchange(client, bytes)).toEqual({ data: bytes, isBinary: true });
  });

  test('answers an empty message with an empty message', async () => {
    const client = await open(echo.url);
    expect(await exchange(client, '')).toEqual({ data: Buffer.alloc(0), isBinary: false });
  });

  test('answers a compressed message of a megabyte unchanged', async () => {
    const client = await open(echo.url);
    expect(client.extensions).toContain('permessage-deflate');
    const text = 'sluice '.repeat(150_000);
    expect((await exchange(client, text)).data.toString()).toBe(text);
  });

  test('accepts the first subprotocol offered', async () => {
    const client = await open(echo.url, ['chat.v2', 'chat.v1']);
    expect(client.protocol).toBe('chat.v2');
  });

  test('accepts a request as large as a gateway forwards by default', async () => {
    const headers = { Cookie: 'a'.repeat(60_000) };
    const client = await open(echo.url, [], { headers });
    expect((await exchange(client, 'large')).data.toString()).toBe('large');
  });

  test('stops reading from a peer that does not read, and loses no message once it reads', async () => {
    const client = await open(echo.url, [], { perMessageDeflate: false });
    client.pause();
    const paused = vi.spyOn(WebSocket.prototype, 'pause');
    const received = countBytes(client, 128);
    for (let index = 0; index < 128; index += 1) client.send(Buffer.alloc(256 * 1024, index));
    await vi.waitFor(() => expect(paused).toHaveBeenCalled(), longWait);
    client.resume();
    expect(await received).toBe(128 * 256 * 1024);
    paused.mockRestore();
  });

  test('answers /healthz with 200, and any other plain request with 426', async () => {
    const base = echo.url.replace('ws:', 'http:');
    expect((await fetch(`${base}/healthz`)).status).toBe(200);
    expect((await fetch(base)).status).toBe(426);
  });

  test('closes its connections with 1001 when it closes, and then refuses new ones', async () => {
    const client = await open(echo.url);
    const closed = once(client, 'close');
    await Promise.all([echo.close(), echo.close()]);
    expect((await closed)[0]).toBe(1001);
    await expect(open(echo.url)).rejects.toThrow('ECONNREFUSED');
  });

  test('closes even if a peer never answers the close frame', async () => {
    const { hostname, port } = new URL(echo.url);
    const peer = connect(Number(port), hostname);
    peer.on('error', () => undefined);
    peer.write(
      'GET / HTTP/1.1\r\nHost: echo\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(peer, 'data');
    await echo.close();
    peer.destroy();
  });

  test('rejects when the address is taken', async () => {
    const port = Number(new URL(echo.url).port);
    await expect(startEcho({ listen: { host: '127.0.0.1', port } })).rejects.toThrow('EADDRINUSE');
  });
});

async function open(
  url: string,
  subprotocols: string[] = [],
  options: ClientOptions = {},
): Promise<WebSocket> {
  const client = new WebSocket(url, subprotocols, options);
  await once(client, 'open');
  return client;
}

async function exchange(
  client: WebSocket,
  message: string | Buffer,
): Promise<{ data: Buffer; isBinary: boolean }> {
  const answer = new Promise<{ data: Buffer; isBinary: boolean }>((resolve) => {
    client.once('message', (data: Buffer, isBinary: boolean) => resolve({ data, isBinary }));
  });
  client.send(message);
  return answer;
}

function countBytes(client: WebSocket, messages: number): Promise<number> {
  return new Promise((resolve) => {
    let left = messages;
    let bytes = 0;
    client.on('message', (data: RawData) => {
      bytes += Buffer.isBuffer(data) ? data.length : 0;
      left -= 1;
      if (left === 0) resolve(bytes);
    });
  });
}
