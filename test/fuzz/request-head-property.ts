import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import type { RequestHead } from '#libs/handshake';
import { defaultBounds } from '../../apps/gateway/listeners/request-bounds.js';
import { RequestHeadReader } from '../../apps/gateway/listeners/request-head-reader.js';
import { damage, damages, type Damage } from './damage.js';
import { chunkSizes, inChunks } from './frame-arbitraries.js';
import { fuzzProperty } from './fuzz-property.js';
import { fieldsLike, texts, validFields } from './handshake-properties.js';

const lines = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET /socket?room=1 HTTP/1.1') },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(texts, fc.constantFrom('/', '..', '%2F', '"', '#', '?', '*', 'http://a/')), {
        maxLength: 4,
      })
      .map((parts) => `GET /${parts.join('')} HTTP/1.1`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('GET * HTTP/1.1', 'GET / HTTP/1.0', 'GET  / HTTP/1.1', 'HEAD / HTTP/1.1', ''),
  },
);
const fields = fieldsLike(validFields).chain((list) =>
  fc.tuple(
    ...list.map(([name, value]) =>
      fc
        .tuple(
          mostly(': ', [':', ':\t ', ' :', ':  ']),
          mostly('', [' ', '\t ', '\r']),
          mostly('\r\n', ['\n', '\r\n ']),
        )
        .map(([colon, behind, end]) => `${name}${colon}${value}${behind}${end}`),
    ),
  ),
);
// Node's parser interprets these fields itself, and decides by them whether a request is an upgrade.
const options = fc.constantFrom(
  'Upgrade',
  'upgrade',
  'keep-alive',
  'close',
  'upgraded',
  'upgrade;q',
  '"',
  ' ',
  '',
);
const connectionLines = fc
  .tuple(
    fc.constantFrom('Connection', 'connection', 'Proxy-Connection', 'Upgrade'),
    fc.array(options, { maxLength: 3 }),
    fc.constantFrom(',', ', ', ' ,', ' '),
    fc.constantFrom('', ' ', ','),
  )
  .map(([name, list, separator, end]) => `${name}: ${list.join(separator)}${end}\r\n`);
const requests = fc
  .record({
    connections: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(connectionLines, { maxLength: 2 }) },
    ),
    before: mostly('', ['\r\n', '\n', ' ']),
    line: lines,
    fields,
    early: fc.oneof(
      fc.constant(''),
      fc.string({ maxLength: 20 }),
      fc.constant('\r\n\r\nGET / HTTP/1.1\r\n\r\n'),
    ),
    damage: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Damage[]>([]) },
      { weight: 1, arbitrary: fc.array(damages, { maxLength: 3 }) },
    ),
  })
  .map(({ before, line, connections, fields: list, early, damage: damageList }) =>
    damageList.reduce(
      damage,
      Buffer.from(`${before}${line}\r\n${connections.join('')}${list.join('')}\r\n${early}`, 'latin1'),
    ),
  );

interface Read {
  head: RequestHead;
  /** The bytes after the head of an upgrade; null for an ordinary request. */
  early: string | null;
}

const events = ['upgrade', 'request', 'checkContinue', 'checkExpectation', 'clientError'];
let server: Server | null = null;

/** The gateway and Node's parser read a request head in the same way, for every chunking. */
export const readsHeadsAsNode = fuzzProperty({
  name: 'reads-heads-as-node',
  claim:
    "what the gateway accepts as a request head, Node's parser reads as the same one, for every chunking",
  share: 0.02,
  cases: fc.record({ bytes: requests, sizes: chunkSizes }),
  holds: async ({ bytes, sizes }) => {
    const chunks = inChunks(bytes, sizes);
    const read = readByGateway(chunks);
    assert.deepEqual(read, readByGateway([bytes]));
    if (!read) return;
    const node = await readByNode((server ??= nodeServer()), chunks);
    assert.ok(typeof node !== 'string', typeof node === 'string' ? node : undefined);
    assert.deepEqual(node.head, read.head);
    // Node finds no option beside a tab, which is white space (RFC 9110 §5.6.3), and takes Proxy-Connection
    // for Connection.
    if (!/\t|proxy-connection/i.test(bytes.toString('latin1'))) assert.equal(node.early, read.early);
  },
});

/** Null if it is refused, or its body has no end that all servers find. */
function readByGateway(chunks: readonly Buffer[]): Read | null {
  const reader = new RequestHeadReader(defaultBounds.maxHeaderBytes);
  for (const [index, chunk] of chunks.entries()) {
    const progress = reader.push(chunk);
    if (progress.state === 'more') continue;
    if (progress.state === 'refused' || !progress.received.body.ok) return null;
    const { received, rest } = progress;
    const { head, upgrade } = received;
    const early = Buffer.concat([rest, ...chunks.slice(index + 1)]);
    return { head, early: upgrade === null ? null : early.toString('latin1') };
  }
  return null;
}

function nodeServer(): Server {
  const created = createServer({ requireHostHeader: false, maxHeaderSize: defaultBounds.maxHeaderBytes });
  created.maxHeadersCount = 0;
  return created;
}

/** What Node's server emits for the request. */
async function readByNode(node: Server, chunks: readonly Buffer[]): Promise<Read | string> {
  const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  connection.on('error', () => undefined);
  const read = new Promise<Read | string>((resolve) => {
    for (const event of events) node.removeAllListeners(event);
    node.on('upgrade', (request: IncomingMessage, _socket, first: Buffer) => {
      const early = [first];
      connection.on('data', (chunk: Buffer) => early.push(chunk));
      connection.on('end', () =>
        resolve({ head: headOf(request), early: Buffer.concat(early).toString('latin1') }),
      );
    });
    const onRequest = (request: IncomingMessage): void => resolve({ head: headOf(request), early: null });
    node.on('request', onRequest).on('checkContinue', onRequest).on('checkExpectation', onRequest);
    node.on('clientError', (error) => resolve(String(error)));
  });
  node.emit('connection', connection);
  for (const chunk of chunks) connection.push(chunk);
  connection.push(null);
  const outcome = await read;
  connection.destroy();
  return outcome;
}

function headOf({ method = '', httpVersion, url: target = '', rawHeaders }: IncomingMessage): RequestHead {
  return { method, httpVersion, target, rawHeaders };
}

function mostly(value: string, others: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 60, arbitrary: fc.constant(value) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
