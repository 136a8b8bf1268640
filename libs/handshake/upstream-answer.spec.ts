import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UpstreamAnswerReader, type AnswerProgress, type InterimAnswer } from './upstream-answer.js';

function read(text: string, { maxHeadBytes = 16_384, cuts = [] as number[] } = {}): AnswerProgress {
  const bytes = Buffer.from(text, 'latin1');
  const reader = new UpstreamAnswerReader({ maxHeadBytes });
  const edges = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
  edges.sort((a, b) => a - b);
  let progress: AnswerProgress = { state: 'more' };
  for (const [index, from] of edges.entries()) {
    const chunk = bytes.subarray(from, edges[index + 1] ?? bytes.length);
    if (progress.state === 'more') progress = reader.push(chunk);
    else if (progress.state === 'answer') progress.rest = Buffer.concat([progress.rest, chunk]);
  }
  return progress;
}

const switching =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection:Upgrade\r\nX-Empty:\r\nx-A: \t b c \t\r\n\r\n';

test('an answer is read with the order and letter case of its fields, and the bytes after its head are returned', () => {
  const progress = read(`${switching}\x81\x02hi`);
  if (progress.state !== 'answer') throw new Error(progress.state);
  expect(progress.answer).toMatchObject({
    httpVersion: '1.1',
    statusCode: 101,
    reasonPhrase: 'Switching Protocols',
    headers: [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['X-Empty', ''],
      ['x-A', 'b c'],
    ],
  });
  expect(progress.answer.head.toString('latin1')).toBe(switching);
  expect(progress.rest.toString('latin1')).toBe('\x81\x02hi');
});

test('interim answers are skipped', () => {
  const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100\r\n\r\n';
  const progress = read(`${interim}${switching}rest`);
  if (progress.state !== 'answer') throw new Error(progress.state);
  expect(progress.answer.statusCode).toBe(101);
  expect(progress.answer.head.toString('latin1')).toBe(switching);
  expect(progress.answer.headers.map(([name]) => name)).not.toContain('Link');
  expect(progress.rest.toString()).toBe('rest');
});

test('each interim answer is reported with its own fields', () => {
  const interim: InterimAnswer[] = [];
  const reader = new UpstreamAnswerReader({ onInterim: (answer) => interim.push(answer) });
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100\r\n\r\n';
  expect(reader.push(Buffer.from(`${hints}${switching}`)).state).toBe('answer');
  expect(interim).toEqual([
    { statusCode: 103, reasonPhrase: 'Early Hints', headers: [['Link', '</a>']] },
    { statusCode: 100, reasonPhrase: '', headers: [] },
  ]);
});

test('8 interim answers are accepted, and a ninth is rejected', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\n';
  expect(read(interim.repeat(8) + switching).state).toBe('answer');
  expect(read(interim.repeat(9) + switching)).toMatchObject({
    detail: expect.stringMatching(/8 interim/) as string,
  });
});

test('an HTTP/1.0 upstream may refuse the upgrade, but may not switch protocols', () => {
  expect(read('HTTP/1.0 503 Busy\r\n\r\n')).toMatchObject({
    state: 'answer',
    answer: { httpVersion: '1.0' },
  });
  expect(read('HTTP/1.0 101 Switching Protocols\r\n\r\n').state).toBe('malformed');
});

test('a head of the maximum length is accepted, and a head of one more byte is rejected', () => {
  expect(read(switching, { maxHeadBytes: switching.length }).state).toBe('answer');
  expect(read(switching, { maxHeadBytes: switching.length - 1 }).state).toBe('malformed');
  expect(read('x'.repeat(101), { maxHeadBytes: 100 }).state).toBe('malformed');
});

describe('an ambiguous head', () => {
  test.each([
    ['a line that ends in LF alone', 'HTTP/1.1 101 OK\nUpgrade: websocket\n\n'],
    ['a header line that ends in LF alone', 'HTTP/1.1 101 OK\r\nA: b\n\r\n'],
    ['a CR inside a line', 'HTTP/1.1 101 OK\r\nA: b\rC: d\r\n\r\n'],
    ['an empty line before the status line', '\r\nHTTP/1.1 101 OK\r\n\r\n'],
    ['a folded line', 'HTTP/1.1 101 OK\r\nA: b\r\n c\r\n\r\n'],
    ['white space before the colon', 'HTTP/1.1 101 OK\r\nA : b\r\n\r\n'],
    ['a line without a colon', 'HTTP/1.1 101 OK\r\nUpgrade\r\n\r\n'],
    ['an empty name', 'HTTP/1.1 101 OK\r\n: b\r\n\r\n'],
    ['a NUL in a value', 'HTTP/1.1 101 OK\r\nA: b\0\r\n\r\n'],
    ['a control byte in the reason', 'HTTP/1.1 101 O\x07K\r\n\r\n'],
    ['another version of HTTP', 'HTTP/2 101 OK\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 99 OK\r\n\r\n'],
    ['an unknown status', 'HTTP/1.1 600 OK\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 1010 OK\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 1x1 OK\r\n\r\n'],
    ['no space after the status', 'HTTP/1.1 101OK\r\n\r\n'],
    ['two spaces before the status', 'HTTP/1.1  101 OK\r\n\r\n'],
    ['another minor version', 'HTTP/1.2 101 OK\r\n\r\n'],
    ['text before the version', ' HTTP/1.1 101 OK\r\n\r\n'],
    ['a DEL in a value', 'HTTP/1.1 101 OK\r\nA: \x7f\r\n\r\n'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['no HTTP, and no end of a line', '<html>'],
  ])('a head is malformed, with a reason for the log, if it has %s', (_name, text) => {
    const detail: unknown = expect.stringMatching(/\w/);
    expect(read(text)).toEqual({ state: 'malformed', detail });
  });
});

test('the result does not depend on how the bytes are chunked', () => {
  const line = fc.constantFrom(
    ...[
      'HTTP/1.1 101 OK\r\n',
      'HTTP/1.1 100\r\n',
      'HTTP/1.0 200 OK\r\n',
      'A: b\r\n',
      'Long: cccccccccccccccc\r\n',
    ],
    ...['\r\n', '\r\n', '\n', '\r', ' folded\r\n', 'x', '\0'],
  );
  const mostlyValid = fc
    .array(line, { maxLength: 12 })
    .map((lines) => `HTTP/1.1 101 OK\r\n${lines.join('')}`);
  const cuts = fc.array(fc.nat(), { maxLength: 20 });
  const byteByByte = Array.from({ length: 400 }, (_, index) => index);
  fc.assert(
    fc.property(mostlyValid, cuts, fc.integer({ min: 20, max: 120 }), (text, someCuts, maxHeadBytes) => {
      const whole = read(text, { maxHeadBytes });
      expect(read(text, { maxHeadBytes, cuts: someCuts })).toEqual(whole);
      expect(read(text, { maxHeadBytes, cuts: byteByByte })).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
