import type { AttackCase, AttackFamily } from '../attack-case.js';
import { smuggledRequest as smuggled } from '../case-builders.js';
import { chunked, forwardedHttp, keptOpen, ordinary, refusedHttp } from '../http-cases.js';

const whole = '3\r\nabc\r\n0\r\n\r\n';
const covering = `Content-Length: ${whole.length}`;

/** Requests whose end two servers could find in different places. */
const lengths: AttackCase[] = [
  refusedHttp(
    'a length that covers less than the chunks',
    chunked(`0\r\n\r\n${smuggled}`, 'Content-Length: 4'),
    400,
  ),
  refusedHttp(
    'a length that covers more than the chunks',
    chunked(`0\r\n\r\n${smuggled}`, 'Content-Length: 64'),
    400,
  ),
  refusedHttp('a length that is as long as the chunks', chunked(whole, covering), 400),
  refusedHttp(
    'a length before the coding',
    ordinary('POST', [covering, 'Transfer-Encoding: chunked'], whole),
    400,
  ),
  ...['3, 3', '+3', '-3', '0x3', '3 3', '03', '3.0', '3;', '', '99999999999999999999', '3\x0b'].map(
    (length) =>
      refusedHttp(
        `Content-Length: ${JSON.stringify(length)}`,
        ordinary('POST', [`Content-Length: ${length}`], 'abc'),
        400,
      ),
  ),
  ...['3', '4', '0'].map((second) =>
    refusedHttp(
      `the lengths 3 and ${second}`,
      ordinary('POST', ['Content-Length: 3', `content-length: ${second}`], `abc${smuggled}`),
      400,
    ),
  ),
];

/** TE.TE: a coding that one server ignores and another one does not. */
const codings: AttackCase[] = [
  ...[
    'xchunked',
    'chunked, identity',
    'identity, chunked',
    'gzip, chunked',
    'chunked, chunked',
    'chunked;q=1',
    '"chunked"',
    '\x0bchunked',
    '\x00chunked',
    'chunked\x0c',
    'identity',
    'gzip',
    '\r\n chunked',
    'chunked\r\nTransfer-Encoding: identity',
    'chunked\r\nTransfer-Encoding: chunked',
    'identity\r\nTransfer-Encoding: chunked',
  ].map((coding) =>
    refusedHttp(
      `Transfer-Encoding: ${JSON.stringify(coding)}`,
      keptOpen('POST', [`Transfer-Encoding: ${coding}`], `0\r\n\r\n${smuggled}`),
      400,
    ),
  ),
  ...[
    'Transfer-Encoding : chunked',
    ' Transfer-Encoding: chunked',
    'X: y\nTransfer-Encoding: chunked',
    'Transfer-Encoding\r\n: chunked',
    'X: y\rTransfer-Encoding: chunked',
  ].map((line) =>
    refusedHttp(
      JSON.stringify(line),
      ordinary('POST', ['Content-Length: 5', line], `0\r\n\r\n${smuggled}`),
      400,
    ),
  ),
  ...['Transfer_Encoding', 'Transfer.Encoding', 'Transfer-Encodin\u00e7'.slice(0, -1)].map((name) =>
    forwardedHttp(
      `a field that looks like a coding: ${name}`,
      ordinary('POST', ['Content-Length: 5', `${name}: chunked`], '0\r\n\r\n'),
      [{ body: '0\r\n\r\n', fields: { 'content-length': ['5'], 'transfer-encoding': [] } }],
    ),
  ),
  forwardedHttp('the coding in capitals', ordinary('POST', ['Transfer-Encoding: CHUNKED'], whole), [
    { body: 'abc', fields: { 'transfer-encoding': ['chunked'] } },
  ]),
  refusedHttp('no coding', keptOpen('POST', ['Transfer-Encoding:'], `0\r\n\r\n${smuggled}`), 400),
  refusedHttp(
    'a coding in HTTP/1.0',
    (sandbox) => chunked(whole)(sandbox).replace('HTTP/1.1', 'HTTP/1.0'),
    400,
  ),
];

const chunks: AttackCase[] = [
  ...[
    ['a space after the size', '3 \r\nabc\r\n0\r\n\r\n'],
    ['a space before the size', ' 3\r\nabc\r\n0\r\n\r\n'],
    ['a sign', '+3\r\nabc\r\n0\r\n\r\n'],
    ['a negative size', '-3\r\nabc\r\n0\r\n\r\n'],
    ['a size in C notation', '0x3\r\nabc\r\n0\r\n\r\n'],
    ['a size that is no number', 'g\r\nabc\r\n0\r\n\r\n'],
    ['no size', '\r\nabc\r\n0\r\n\r\n'],
    ['a size that overflows 64 bits', `10000000000000003\r\nabc\r\n0\r\n\r\n`],
    ['a size that overflows 64 bits to 0', `10000000000000000\r\n\r\n${smuggled}`],
    ['a bare LF after the size', '3\nabc\r\n0\r\n\r\n'],
    ['a bare CR after the size', '3\rabc\r\n0\r\n\r\n'],
    ['a bare LF after the data', '3\r\nabc\n0\r\n\r\n'],
    ['no line end after the data', '3\r\nabc0\r\n\r\n'],
    ['data longer than the size', '2\r\nabc\r\n0\r\n\r\n'],
    ['a bare LF in an extension', `3;a\nb\r\nabc\r\n0\r\n\r\n`],
    ['a bare CR in an extension', `3;a\rb\r\nabc\r\n0\r\n\r\n`],
    ['a NUL in an extension', `3;a\0b\r\nabc\r\n0\r\n\r\n`],
    ['a bare LF at the end', `3\r\nabc\r\n0\n\n${smuggled}`],
    ['a length as trailer', `0\r\nContent-Length: 5\r\n\r\n${smuggled}`],
    ['a coding as trailer', `0\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled}`],
    ['a folded trailer', '0\r\nX: a\r\n b\r\n\r\n'],
    ['a trailer with a bare LF', `0\r\nX: a\nY: b\r\n\r\n`],
    ['a trailer without a colon', `0\r\nX\r\n\r\n`],
    ['a trailer with a space before the colon', `0\r\nX : a\r\n\r\n`],
    ['extensions of 20 KB', `3;${'a'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`],
  ].map(([name = '', body = '']) => refusedHttp(`chunks with ${name}`, chunked(body), 400)),
  forwardedHttp(
    'chunk extensions, which are not forwarded',
    chunked('3;a=b;c="\\"d"\r\nabc\r\n0;e\r\n\r\n'),
    [{ body: 'abc', hasNot: /a=b/ }],
  ),
  forwardedHttp(
    'a smuggled request as the data of a chunk',
    chunked(`${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`),
    [{ body: smuggled }],
  ),
];

export const httpFraming: AttackFamily = {
  name: 'framing of ordinary requests',
  cases: [...lengths, ...codings, ...chunks],
};
