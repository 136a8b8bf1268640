import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { BodyReader } from './body-reader.js';
import { lastChunk, writeChunk } from './chunk-writer.js';

test.each([0, 1, 15, 16, 8192, 8193, 70_000])(
  'chunks of %i bytes are read as they were written',
  async (length) => {
    const stream = new PassThrough({ highWaterMark: 1_000_000 });
    const content = Buffer.alloc(length, 'x');
    writeChunk(stream, content);
    writeChunk(stream, Buffer.from('end'));
    stream.end(lastChunk([['X-Sum', '1\r\nX-Other: 2']]), 'latin1');
    const reader = new BodyReader({ kind: 'chunked' });
    let read = '';
    const written = await buffer(stream);
    const end = reader.read(written, 0, { onBody: (bytes) => (read += bytes.toString()) });
    expect(end).toBe(written.length);
    expect([reader.problem, reader.hasEnded]).toEqual([null, true]);
    expect(read === `${content.toString()}end`).toBe(true);
    expect(reader.trailers).toEqual([['X-Sum', '1  X-Other: 2']]);
  },
);

test('a full stream is reported, in one piece or in three', () => {
  const stream = new PassThrough({ highWaterMark: 100 });
  expect(writeChunk(stream, Buffer.from('a'))).toBe(true);
  expect(writeChunk(stream, Buffer.alloc(200))).toBe(false);
  expect(writeChunk(stream, Buffer.alloc(9000))).toBe(false);
  expect(writeChunk(stream, Buffer.alloc(0))).toBe(false);
});
