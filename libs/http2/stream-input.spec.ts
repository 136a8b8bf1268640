import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { connect, Socket, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { flag, frame, frameType, requestHeaders, uint32 } from '../../test/support/raw-http2.js';
import { SessionWindows } from './session-windows.js';
import { StreamInput } from './stream-input.js';
import { StreamRequest } from './stream-request.js';
import { StreamSocket } from './stream-socket.js';

let server: Http2Server;
let client: Socket;
let windows: SessionWindows;

beforeEach(async () => {
  server = createServer();
  server.on('session', (session: ServerHttp2Session) => (windows = new SessionWindows(session)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  client.write(Buffer.concat([frame(frameType.settings, 0, 0), requestHeaders(1, { ':method': 'POST' })]));
});

afterEach(() => {
  client.destroy();
  server.close();
});

test('bytes that nobody wants yet are kept in one block, however small their frames are', async () => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  const received: number[] = [];
  let hasEnded = false;
  const input = new StreamInput(stream, windows, {
    onData: (bytes) => received.push(bytes.length) > 0,
    onEnd: () => (hasEnded = true),
  });
  const ended = once(stream, 'end');
  const bytes = Array<Buffer>(20_000).fill(frame(frameType.data, 0, 1, Buffer.from('a')));
  client.write(Buffer.concat([...bytes, frame(frameType.data, flag.endStream, 1)]));
  await ended;
  expect([received, hasEnded, stream.readableLength]).toEqual([[], false, 0]);
  expect(windows.heldBytes).toBe(20_000);
  input.resume();
  expect([received, hasEnded, windows.heldBytes]).toEqual([[20_000], true, 0]);
});

test('a receiver that wants no more gets no more, and the rest when it asks', async () => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  const received: string[] = [];
  const input = new StreamInput(stream, windows, {
    onData: (bytes) => {
      received.push(Buffer.from(bytes).toString());
      return false;
    },
    onEnd: () => received.push('end'),
  });
  input.resume();
  const ended = once(stream, 'end');
  const data = ['a', 'b', 'c'].map((text) => frame(frameType.data, 0, 1, Buffer.from(text)));
  client.write(Buffer.concat([...data, frame(frameType.data, flag.endStream, 1)]));
  await ended;
  expect(received).toEqual(['a']);
  input.resume();
  expect(received).toEqual(['a', 'bc']);
  input.resume();
  expect(received).toEqual(['a', 'bc', 'end']);
});

test('bytes that were kept are delivered in parts, as far as they are wanted', async () => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  const received: number[] = [];
  let wanted = 1;
  const input = new StreamInput(stream, windows, {
    onData: (bytes) => received.push(bytes.length) < wanted,
    onEnd: () => received.push(-1),
  });
  windows.widen();
  const ended = once(stream, 'end');
  const bytes = Array<Buffer>(16).fill(frame(frameType.data, 0, 1, Buffer.alloc(10_000)));
  client.write(
    Buffer.concat([frame(frameType.settings, flag.ack, 0), frame(frameType.settings, flag.ack, 0)]),
  );
  client.write(Buffer.concat([...bytes, frame(frameType.data, flag.endStream, 1)]));
  await ended;
  input.resume();
  expect([received, windows.heldBytes]).toEqual([[65_536], 160_000 - 65_536]);
  wanted = 9;
  input.resume();
  expect([received, windows.heldBytes]).toEqual([[65_536, 65_536, 28_928, -1], 0]);
});

test('bytes of an input that was stopped are dropped', async () => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  const received: number[] = [];
  const input = new StreamInput(stream, windows, {
    onData: (bytes) => received.push(bytes.length) > 0,
    onEnd: () => undefined,
  });
  client.write(frame(frameType.data, 0, 1, Buffer.alloc(100)));
  await vi.waitFor(() => expect(windows.heldBytes).toBe(100));
  input.stop();
  expect(windows.heldBytes).toBe(0);
  const ended = once(stream, 'end');
  client.write(frame(frameType.data, flag.endStream, 1, Buffer.alloc(100)));
  await ended;
  expect([received, windows.heldBytes]).toEqual([[], 0]);
});

test.each([
  ['a request', (stream: ServerHttp2Stream) => new StreamRequest(stream, windows, 'POST', {})],
  ['a socket', (stream: ServerHttp2Stream) => new StreamSocket(stream, new Socket(), windows)],
])('%s whose stream is reset holds nothing any more', async (_name, create) => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  stream.on('error', () => undefined);
  const created = create(stream).on('error', () => undefined);
  const closed = new Promise((resolve) => created.once('close', resolve));
  client.write(frame(frameType.data, 0, 1, Buffer.alloc(100)));
  await vi.waitFor(() => expect(windows.heldBytes).toBe(100));
  client.write(frame(frameType.reset, 0, 1, uint32(8)));
  await closed;
  expect(windows.heldBytes).toBe(0);
});
