import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normalizePath } from '#libs/contract';
import {
  composeSwitchingProtocols,
  headerValues,
  parseExtensionList,
  parseUpgradeRequest,
  type RequestHead,
} from '#libs/handshake';
import { loadAddon } from '../../libs/engine/load-addon.js';
import { UpstreamAnswerReader, type AnswerProgress } from '../../libs/handshake/upstream-answer.js';
import { composeVia, parseVia } from '../../libs/handshake/via.js';
import { verifySwitchingProtocols } from '../../libs/handshake/verify-switching-protocols.js';
import { damage, damages } from './damage.js';
import { chunkSizes, inChunks } from './frame-arbitraries.js';
import { fuzzProperty } from './fuzz-property.js';

const key = 'dGhlIHNhbXBsZSBub25jZQ==';
/** For the key above (RFC 6455 §1.3). */
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

export const validFields: readonly (readonly [name: string, value: string])[] = [
  ['Host', 'chat.acme.example:8080'],
  ['Upgrade', 'websocket'],
  ['Connection', 'keep-alive, Upgrade'],
  ['Sec-WebSocket-Key', key],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Protocol', 'chat.v2, chat.v1'],
  ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
  ['Via', '1.0 fred, 1.1 p.example (Apache/2.4)'],
  ['Origin', 'https://acme.example'],
];
const fleetId = 'flt_01jd3x4m5n6p7q8r9s0t1v2w3x';

// Characters up to U+00FF, as Node.js decodes the bytes of a head, and a few that no byte can produce.
export const texts = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 30,
  }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom(
    '',
    ' ',
    ',',
    ', ,',
    '[',
    '[::1',
    '[::1]:99999',
    'a:b:c',
    '\0',
    '%',
    ';',
    '"',
    '"a',
    'a;b="',
    '1.1 a (b',
    '(\\',
    ')',
  ),
);
const targets = fc.oneof(
  fc.constant('/socket?room=1'),
  fc
    .array(
      fc.constantFrom('/', '..', '.', '%2e', '%2F', '%00', '%', '%4', 'a', '~', '\\', '?', '#', '//', 'é'),
      {
        maxLength: 12,
      },
    )
    .map((parts) => `/${parts.join('')}`),
  texts,
  texts.map((text) => `/${text}`),
  fc
    .tuple(
      fc.constantFrom('http', 'https', 'ws', 'WSS', 'ftp', ''),
      fc.constantFrom('://', ':/', ':', '//'),
      fc.oneof(fc.constantFrom('a.test', 'a.test:80', '[::1]', 'user@a.test', '', 'a.test:x'), texts),
      fc.constantFrom('', '/', '/a/../b', '?q', '?/q', '//b', '#f'),
    )
    .map((parts) => parts.join('')),
);

const requestHeads: fc.Arbitrary<RequestHead> = fc.record({
  method: oftenest('GET', texts),
  httpVersion: oftenest('1.1', fc.constantFrom('1.0', '2.0', '')),
  target: targets,
  rawHeaders: fieldsLike(validFields).map((fields) => fields.flat()),
});

/** Any request is accepted or refused; an accepted request has the properties that later steps rely on. */
export const parsesAnyRequest = fuzzProperty({
  name: 'parses-any-request',
  claim: 'the handshake parser never throws, and accepts only valid handshakes',
  share: 0.02,
  cases: requestHeads,
  holds: (head) => {
    const parsed = parseUpgradeRequest(head, 32_768);
    if (!parsed.ok) {
      assert.ok(parsed.code.length > 0 && parsed.detail.length > 0);
      return;
    }
    const { request } = parsed;
    const query = request.rawQuery === null ? '' : `?${request.rawQuery}`;
    assert.ok(head.target.endsWith(`${request.rawPath}${query}`) || request.rawPath === '/');
    if (head.target.startsWith('/')) assert.equal(`${request.rawPath}${query}`, head.target);
    const again = normalizePath(request.path, { encodedSlash: 'pass' });
    assert.deepEqual(again, { ok: true, path: request.path });
    assert.equal(Buffer.from(request.key, 'base64').length, 16);
    assert.doesNotMatch(`${request.authority}${request.rawPath}${query}`, /[^\x21-\x7e]/);
    for (const name of request.extensions) assert.match(name, /^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
    // With any Via of the client, the fleet recognizes its entry when the request returns.
    const via = composeVia(headerValues(request.headers, 'via'), fleetId);
    assert.ok(parseVia([via])?.includes(fleetId), via);
    for (const field of request.headers) assert.doesNotMatch(field.join(), /[\0\r\n\u0100-\uffff]/);
  },
});

const answerFields: readonly (readonly [name: string, value: string])[] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', accept],
  ['Sec-WebSocket-Protocol', 'chat.v1'],
  ['Sec-WebSocket-Extensions', 'permessage-deflate'],
];

const statusLines = fc.oneof(
  { weight: 6, arbitrary: fc.constant('HTTP/1.1 101 Switching Protocols') },
  { weight: 2, arbitrary: fc.constantFrom('HTTP/1.1 100', 'HTTP/1.1 103 Early Hints', 'HTTP/1.0 200 OK') },
  { weight: 1, arbitrary: texts },
);
const answerHeads = fc
  .tuple(statusLines, fieldsLike(answerFields))
  .map(([line, fields]) =>
    [line, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'),
  );
const answers = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.array(answerHeads, { minLength: 1, maxLength: 3 }),
        fc.oneof(fc.constant([]), fc.array(damages, { maxLength: 3 })),
      )
      .map(([heads, list]) => list.reduce(damage, Buffer.from(heads.join(''), 'latin1'))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

/**
 * The reader classifies any answer of an upstream, keeps each byte after the head, and gives the same result
 * for every chunking.
 */
export const readsAnyAnswer = fuzzProperty({
  name: 'reads-any-answer',
  claim: "the reader of the upstream's answer never throws, loses no byte, and ignores chunking",
  share: 0.03,
  cases: fc.record({ bytes: answers, sizes: chunkSizes }),
  holds: ({ bytes, sizes }) => {
    const whole = readAnswer([bytes]);
    assert.deepEqual(readAnswer(inChunks(bytes, sizes)), whole);
    if (whole.state !== 'answer') return;
    const { answer, rest } = whole;
    assert.ok(
      bytes
        .subarray(bytes.length - answer.head.length - rest.length)
        .equals(Buffer.concat([answer.head, rest])),
    );
    const offer = { key, offeredProtocols: ['chat.v1'], offeredExtensions: ['permessage-deflate'] };
    const verdict = verifySwitchingProtocols(answer, offer);
    if (verdict.ok) assert.equal(answer.statusCode, 101);
  },
});

const nativeAnswers = fc.oneof(
  { weight: 1, arbitrary: answers },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.subarray(answerFields.slice(3)),
        fieldsLike(answerFields.slice(0, 3)),
        fc.array(damages, { maxLength: 1 }),
      )
      .map(([optional, fields, list]) => {
        const lines = [...fields, ...optional].map(([name, value]) => `${name}: ${value}\r\n`);
        const head = `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
        return list.reduce(damage, Buffer.from(head, 'latin1'));
      }),
  },
);

/** An answer that the engine reads is one that TypeScript accepts, and the client gets the same 101. */
export const readsAnswersAlike = fuzzProperty({
  name: 'reads-answers-alike',
  claim: 'the 101 that the engine reads and passes on is the one of the reader in TypeScript',
  share: 0.02,
  cases: nativeAnswers,
  holds: (bytes) => {
    const loaded = loadAddon();
    assert.ok(loaded.ok);
    const text = bytes.toString('latin1');
    const read = loaded.addon.readSwitchingAnswer(text, key, 'chat.v1', true);
    if (read === undefined) return;
    const [head, protocol, extensions] = read;
    const progress = readAnswer([bytes]);
    assert.ok(progress.state === 'answer');
    const { answer, rest } = progress;
    const offer = { key, offeredProtocols: ['chat.v1'], offeredExtensions: ['permessage-deflate'] };
    assert.deepEqual(verifySwitchingProtocols(answer, offer), { ok: true });
    assert.equal(rest.length, 0);
    assert.equal(head, composeSwitchingProtocols(answer));
    assert.equal(protocol, headerValues(answer.headers, 'sec-websocket-protocol').join());
    assert.equal(extensions, headerValues(answer.headers, 'sec-websocket-extensions').join());
    const list = parseExtensionList(extensions === '' ? [] : [extensions]);
    assert.ok(list?.every(({ name }) => name === 'permessage-deflate'));
  },
});

function readAnswer(chunks: readonly Buffer[]): AnswerProgress {
  const reader = new UpstreamAnswerReader();
  let progress: AnswerProgress = { state: 'more' };
  for (const chunk of chunks) {
    if (progress.state === 'more') progress = reader.push(chunk);
    else if (progress.state === 'answer') progress.rest = Buffer.concat([progress.rest, chunk]);
  }
  return progress;
}

function oftenest(value: string, others: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });
}

/**
 * The fields in any order, some of them removed, repeated or with a different value, and others among them.
 */
export function fieldsLike(
  fields: readonly (readonly [name: string, value: string])[],
): fc.Arbitrary<(readonly [name: string, value: string])[]> {
  const names = fc.constantFrom(
    ...fields.map(([name]) => name),
    'Content-Length',
    'Transfer-Encoding',
    'X-Other',
  );
  const strange = fc.tuple(fc.oneof(names, texts), texts);
  return fc
    .tuple(
      fc.array(strange, { maxLength: 2 }),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([...fields]) },
        { weight: 1, arbitrary: fc.shuffledSubarray([...fields]) },
      ),
      fc.boolean(),
    )
    .map(([others, kept, isFirst]) => (isFirst ? [...others, ...kept] : [...kept, ...others]));
}
