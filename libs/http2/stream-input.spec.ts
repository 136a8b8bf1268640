import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flag, frame, frameType, requestHeaders } from '../../test/support/raw-http2.js';
import { StreamInput } from './stream-input.js';

let server: Http2Server;
let client: Socket;

beforeEach(async () => {
  server = createServer();
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
  const input = new StreamInput(stream, {
    onData: (bytes) => received.push(bytes.length) > 0,
    onEnd: () => (hasEnded = true),
  });
  const ended = once(stream, 'end');
  const bytes = Array<Buffer>(20_000).fill(frame(frameType.data, 0, 1, Buffer.from('a')));
  client.write(Buffer.concat([...bytes, frame(frameType.data, flag.endStream, 1)]));
  await ended;
  expect([received, hasEnded, stream.readableLength]).toEqual([[], false, 0]);
  input.resume();
  expect([received, hasEnded]).toEqual([[20_000], true]);
});

test('a receiver that wants no more gets no more, and the rest when it asks', async () => {
  const [stream] = (await once(server, 'stream')) as [ServerHttp2Stream];
  const received: string[] = [];
  const input = new StreamInput(stream, {
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
