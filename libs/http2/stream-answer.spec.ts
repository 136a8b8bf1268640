import { once } from 'node:events';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StreamAnswer } from './stream-answer.js';

let server: ReturnType<typeof createServer>;
let answers: StreamAnswer[];
let sendTimeoutMs: number;
const content = Buffer.alloc(200_000, 'x');

beforeEach(async () => {
  answers = [];
  server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    const answer = new StreamAnswer(stream, sendTimeoutMs);
    answers.push(answer);
    answer.writeHead(200, '', []);
    answer.end(content);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  server.close();
});

function open(initialWindowSize: number): ReturnType<typeof connect> {
  const { port } = server.address() as AddressInfo;
  return connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize } });
}

test('an answer for which the client opens no window is reset after the timeout', async () => {
  sendTimeoutMs = 60;
  const session = open(1000);
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => undefined);
  await once(stream, 'response');
  await new Promise((resolve) => stream.once('close', resolve));
  expect(stream.rstCode).not.toBe(0);
  expect(answers.map(({ destroyed, writableFinished }) => [destroyed, writableFinished])).toEqual([
    [true, false],
  ]);
  session.destroy();
});

test('an answer that the client reads is whole', async () => {
  sendTimeoutMs = 60_000;
  const session = open(65_535);
  const read = await buffer(session.request({ ':path': '/' }));
  expect(read.equals(content)).toBe(true);
  session.destroy();
});
