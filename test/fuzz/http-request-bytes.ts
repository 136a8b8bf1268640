import fc from 'fast-check';
import { damage, damages, type Damage } from './damage.js';

/** Stands for the number of the case, so that a request at an upstream belongs to one case. */
export const caseMark = '@';

const smuggled = `GET /${caseMark}/smuggled HTTP/1.1\r\nHost: a\r\n\r\n`;
const contents = fc.constantFrom('', 'a', 'hello', '0\r\n\r\n', smuggled, `0\r\n\r\n${smuggled}`, '\r\n');

/** The first value by far most often. */
function mostly(usual: string, others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

const lineEnds = mostly('\r\n', ['\n', '\r', '\r\n ', '\r\r\n', '\0\r\n']);
const colons = mostly(': ', [':', ' : ', ':\t', ':\x0b', ':\r\n ', '\0: ']);

const otherFields = fc.constantFrom(
  'X-Other: b',
  'Cookie: a=b',
  'X: \x80\xff',
  'Connection: keep-alive, Content-Length',
  'Transfer_Encoding: chunked',
  'Content_Length: 5',
  'TE: trailers',
  'Trailer: X-Sum',
  'Content-Lengt\x68 : 1',
  'Host: b',
);

const lengths = (length: number): fc.Arbitrary<string> =>
  mostly(String(length), [
    ...[`+${length}`, `0${length}`, `${length}, ${length}`, `${length} `, `0x${length}`, `-${length}`],
    ...[String(length + 1), '0', '', '99999999999999999999', `${length};`, `"${length}"`],
  ]);
const codings = mostly('chunked', [
  ...[
    'Chunked',
    'CHUNKED',
    'xchunked',
    'chunked, chunked',
    'gzip, chunked',
    'identity',
    ' chunked',
    'chunked;',
  ],
  ...['"chunked"', 'chunked\t', '\x0bchunked', 'chunked,', ',chunked', ''],
]);

const chunkSizes = (length: number): fc.Arbitrary<string> => {
  const size = length.toString(16);
  return mostly(size, [
    ...[
      `0${size}`,
      `${size} `,
      ` ${size}`,
      `+${size}`,
      `0x${size}`,
      `${size};a`,
      `${size};a="b;c"`,
      `${size};`,
    ],
    ...[`1000000000000000${size}`, `${size}\t`, `${size};\n`, `${length + 1}`, '', `${size};a=\r`],
  ]);
};

const chunks = contents.chain((content) =>
  fc
    .tuple(chunkSizes(content.length), lineEnds, lineEnds)
    .map(([size, afterSize, afterData]) =>
      content === '' ? '' : `${size}${afterSize}${content}${afterData}`,
    ),
);
const chunkedBodies = fc
  .tuple(
    fc.array(chunks, { maxLength: 2 }),
    mostly('0', ['00', '0;a', '0 ', '']),
    lineEnds,
    mostly('', ['X-Sum: 1\r\n', 'Content-Length: 5\r\n', 'X: a\n', 'Host: b\r\n', ' folded\r\n']),
    lineEnds,
  )
  .map(([list, last, afterLast, trailers, end]) => `${list.join('')}${last}${afterLast}${trailers}${end}`);

interface Body {
  framing: string[];
  bytes: string;
}

const framedBodies: fc.Arbitrary<Body> = fc.oneof(
  fc.constant<Body>({ framing: [], bytes: '' }),
  contents.chain((bytes) =>
    lengths(bytes.length).map((length) => ({ framing: [`Content-Length: ${length}`], bytes })),
  ),
  fc
    .tuple(codings, chunkedBodies)
    .map(([coding, bytes]) => ({ framing: [`Transfer-Encoding: ${coding}`], bytes })),
);

const doubled: fc.Arbitrary<Body> = fc
  .tuple(framedBodies, framedBodies)
  .map(([one, other]) => ({ framing: [...one.framing, ...other.framing], bytes: one.bytes }));

const bodies = fc.oneof({ weight: 8, arbitrary: framedBodies }, { weight: 1, arbitrary: doubled });

const requests = fc
  .record({
    before: mostly('', ['\r\n', '\n', ' ']),
    method: mostly('POST', ['GET', 'PUT', 'HEAD', 'DELETE', 'post', 'OPTIONS']),
    gap: mostly(' ', ['  ', '\t']),
    version: mostly('HTTP/1.1', ['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ']),
    body: bodies,
    others: fc.array(otherFields, { maxLength: 1 }),
    ends: fc.array(lineEnds, { minLength: 8, maxLength: 8 }),
    colon: colons,
  })
  .map(({ before, method, gap, version, body, others, ends, colon }) => (index: number): string => {
    const lines = [
      `${method}${gap}/${caseMark}/${index} ${version}`,
      'Host: a',
      ...body.framing,
      ...others,
      '',
    ];
    const head = lines.map((line, at) => line.replace(': ', colon) + (ends[at] ?? '\r\n')).join('');
    return `${before}${head}${body.bytes}`;
  });

/** The bytes of a client: pipelined requests, with mistakes in many of them, and a last one that closes. */
export const httpRequestBytes: fc.Arbitrary<string> = fc
  .record({
    list: fc.array(requests, { minLength: 1, maxLength: 3 }),
    damage: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Damage[]>([]) },
      { weight: 1, arbitrary: fc.array(damages, { minLength: 1, maxLength: 2 }) },
    ),
  })
  .map(({ list, damage: damageList }) => {
    const last = `GET /${caseMark}/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const bytes = Buffer.from(list.map((request, index) => request(index)).join('') + last, 'latin1');
    return damageList.reduce(damage, bytes).toString('latin1');
  });
