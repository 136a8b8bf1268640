import type { AttackFamily } from '../attack-case.js';
import { pours, switching } from '../upstream-behaviours.js';
import { rejectedAnswer } from '../case-builders.js';

const head = 'HTTP/1.1 404 Not Found\r\n';

export const malformedAnswers: AttackFamily = {
  name: 'malformed answers of an upstream',
  cases: [
    ...[
      ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
      ['HTTP/0.9', '<html></html>\r\n\r\n'],
      ['ICY', 'ICY 200 OK\r\n\r\n'],
      ['HTTP/2', 'HTTP/2 200\r\n\r\n'],
      ['no status', 'HTTP/1.1\r\n\r\n'],
      ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
      ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
      ['the status 000', 'HTTP/1.1 000 OK\r\n\r\n'],
      ['the status 999', 'HTTP/1.1 999 OK\r\n\r\n'],
      ['a status in hexadecimal', 'HTTP/1.1 0x1 OK\r\n\r\n'],
      ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n'],
      ['a tab before the status', 'HTTP/1.1\t200 OK\r\n\r\n'],
      ['an empty line before the status line', `\r\n${switching()}`],
      ['a folded line', `${head}X: a\r\n b\r\n\r\n`],
      ['a bare LF', `${head}X: a\nY: b\r\n\r\n`],
      ['a bare LF throughout', switching().replaceAll('\r\n', '\n')],
      ['a bare CR', `${head}X: a\rSet-Cookie: evil\r\n\r\n`],
      ['NUL', `${head}X: a\0b\r\n\r\n`],
      ['NUL in the reason phrase', 'HTTP/1.1 404 Not\0Found\r\n\r\n'],
      ['a space before the colon', `${head}Content-Length : 0\r\n\r\n`],
      ['an empty name', `${head}: a\r\n\r\n`],
      ['a line without a colon', `${head}X\r\n\r\n`],
      ['a name with a space', `${head}X Y: a\r\n\r\n`],
      ['nine interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)],
      ['a head of 20 KB', `${head}X: ${'a'.repeat(20_000)}\r\n\r\n`],
      ['a head of 2,000 fields', `${head}${'X: abcdef\r\n'.repeat(2000)}\r\n`],
      ['two different lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\nno!`],
      ['a list of lengths', `${head}Content-Length: 2, 2\r\n\r\nno`],
      ['a negative length', `${head}Content-Length: -1\r\n\r\n`],
      ['a length with a plus', `${head}Content-Length: +2\r\n\r\nno`],
      ['a length in hexadecimal', `${head}Content-Length: 0x2\r\n\r\nno`],
      ['a length and chunks', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
      ['chunks twice', `${head}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
      ['a coding after the chunks', `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
      ['a coding before the chunks', `${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
      ...[204, 304].map((status): [string, string] => [
        `a coding besides chunked in a ${status}`,
        `HTTP/1.1 ${status} Nothing\r\nTransfer-Encoding: gzip\r\n\r\n`,
      ]),
      ['an unknown coding', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ].map(([name = '', bytes = '']) => rejectedAnswer(`an answer with ${name}`, bytes)),
    rejectedAnswer('a head that never ends', pours(head, `X: ${'a'.repeat(1000)}\r\n`)),
    rejectedAnswer('a line that never ends', pours(`${head}X: `, 'a'.repeat(1000))),
    rejectedAnswer('a status line that never ends', pours('HTTP/1.1 200 ', 'a'.repeat(1000))),
  ],
};
