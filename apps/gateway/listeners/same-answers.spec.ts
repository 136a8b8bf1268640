import { describe, expect, test } from 'vitest';
import { streamOf } from '../../../test/support/engine-sockets.js';
import { listenersUnderTest } from '../../../test/support/listeners-under-test.js';
import { openSocket, upgradeRequest } from '../../../test/support/raw-request.js';

const plain = upgradeRequest('/a');
const fields = 'Host: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
const withLine = (line: string): string => plain.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);
const withRequestLine = (line: string): string => `${line}\r\n${fields}\r\n`;
const withField = (name: string, value: string | null): string => upgradeRequest('/a', { [name]: value });

const requests: readonly (readonly [title: string, bytes: string])[] = [
  ['an upgrade', plain],
  ['an upgrade with bytes behind it', `${plain}early`],
  ['two upgrades', plain + plain],
  ['a request behind an upgrade', `${plain}GET / HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['an upgrade behind a request', `GET / HTTP/1.1\r\nHost: a\r\n\r\n${plain}`],
  ['no upgrade', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['no fields', 'GET / HTTP/1.1\r\n\r\n'],
  ['no Host', withField('Host', null)],
  ['two Hosts', withLine('Host: b')],
  ['an empty Host', withField('Host', '')],
  ['no Connection', withField('Connection', null)],
  ['Connection without upgrade', withField('Connection', 'keep-alive')],
  ['Connection with more', withField('Connection', 'keep-alive , UPGRADE')],
  ['Connection with close', withField('Connection', 'close, upgrade')],
  ['Connection with upgrade in a longer word', withField('Connection', 'upgrades')],
  ['Connection with a parameter', withField('Connection', 'upgrade;q=1')],
  ['Connection in quotes', withField('Connection', '"upgrade"')],
  ['two Connections', withLine('Connection: keep-alive')],
  ['Proxy-Connection alone', withLine('Proxy-Connection: upgrade').replace('\r\nConnection: Upgrade', '')],
  ['no Upgrade', withField('Upgrade', null)],
  ['an empty Upgrade', withField('Upgrade', '')],
  ['another Upgrade', withField('Upgrade', 'foo/2, websocket')],
  [
    'h2c',
    upgradeRequest('/a', {
      Upgrade: 'h2c',
      Connection: 'Upgrade, HTTP2-Settings',
      'HTTP2-Settings': 'AAMAAABk',
    }),
  ],
  ['a body', withLine('Content-Length: 5') + 'hello'],
  ['a body of no bytes', withLine('Content-Length: 0')],
  ['a bad length', withLine('Content-Length: x')],
  ['two lengths', withLine('Content-Length: 1\r\nContent-Length: 2')],
  ['a chunked body', withLine('Transfer-Encoding: chunked') + '0\r\n\r\n'],
  ['a chunked body and a length', withLine('Transfer-Encoding: chunked\r\nContent-Length: 5')],
  ['an unknown coding', withLine('Transfer-Encoding: x')],
  ['Expect', withLine('Expect: 100-continue')],
  ['another Expect', withLine('Expect: 200-ok')],
  ['POST', withRequestLine('POST /a HTTP/1.1')],
  ['HEAD', withRequestLine('HEAD /a HTTP/1.1')],
  ['OPTIONS of all', withRequestLine('OPTIONS * HTTP/1.1')],
  ['CONNECT', withRequestLine('CONNECT a:80 HTTP/1.1')],
  ['an unknown method', withRequestLine('BREW /a HTTP/1.1')],
  ['a method in small letters', withRequestLine('get /a HTTP/1.1')],
  ['HTTP/1.0', withRequestLine('GET /a HTTP/1.0')],
  ['HTTP/0.9', 'GET /a\r\n\r\n'],
  ['HTTP/2.0', withRequestLine('GET /a HTTP/2.0')],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/1.2', withRequestLine('GET /a HTTP/1.2')],
  ['http in small letters', withRequestLine('GET /a http/1.1')],
  ['an absolute target', withRequestLine('GET http://a/b HTTP/1.1')],
  ['an authority for a target', withRequestLine('GET a:80 HTTP/1.1')],
  ['an asterisk for a target', withRequestLine('GET * HTTP/1.1')],
  ['a fragment', withRequestLine('GET /a#b HTTP/1.1')],
  ['a target of letters', withRequestLine('GET a HTTP/1.1')],
  ['a target in quotes', withRequestLine('GET "/a" HTTP/1.1')],
  ['a target with obs-text', withRequestLine('GET /\xe9 HTTP/1.1')],
  ['a target with NUL', withRequestLine('GET /\0 HTTP/1.1')],
  ['a target with DEL', withRequestLine('GET /\x7f HTTP/1.1')],
  ['no target', withRequestLine('GET  HTTP/1.1')],
  ['two spaces before the target', withRequestLine('GET  /a HTTP/1.1')],
  ['two spaces behind the target', withRequestLine('GET /a  HTTP/1.1')],
  ['a space behind the version', withRequestLine('GET /a HTTP/1.1 ')],
  ['a tab before the target', withRequestLine('GET\t/a HTTP/1.1')],
  ['a very long target', withRequestLine(`GET /${'a'.repeat(3000)} HTTP/1.1`)],
  ['a target over the bound', withRequestLine(`GET /${'a'.repeat(5000)} HTTP/1.1`)],
  ['many fields', withLine(Array.from({ length: 300 }, (_, index) => `X${index}: a`).join('\r\n'))],
  [
    'fields over the bound',
    withLine(Array.from({ length: 1000 }, (_, index) => `X${index}: a`).join('\r\n')),
  ],
  ['white space over the bound', withLine(`X: ${' '.repeat(4500)}a`)],
  ['white space over twice the bound', withLine(`X: ${' '.repeat(9500)}a`)],
  ['bare LF', plain.replaceAll('\r\n', '\n')],
  ['one bare LF', plain.replace('\r\nUpgrade', '\nUpgrade')],
  ['a bare LF at the end', `${plain.slice(0, -2)}\n`],
  ['a bare CR', withLine('X: a\rb')],
  ['a CR before a CRLF', withLine('X: a\r')],
  ['a folded line', withLine('X: a\r\n b')],
  ['a folded line at the start', plain.replace('\r\n', '\r\n X: a\r\n')],
  ['a space before the colon', withLine('X : a')],
  ['a tab before the colon', withLine('X\t: a')],
  ['no name', withLine(': a')],
  ['no colon', withLine('X')],
  ['a name with a space', withLine('X Y: a')],
  ['a name with obs-text', withLine('X\xe9: a')],
  ['every character of a token', withLine("!#$%&'*+-.^_`|~09AZaz: a")],
  ['a name in parentheses', withLine('(X): a')],
  ['no value', withLine('X:')],
  ['a value in white space', withLine('X: \t a \t b \t ')],
  ['a value with obs-text', withLine('X: \xe9\xff')],
  ['a value with NUL', withLine('X: a\0b')],
  ['a value with DEL', withLine('X: a\x7fb')],
  ['a value with a control character', withLine('X: a\x01b')],
  ['a value with a tab', withLine('X: a\tb')],
  ['an empty line before the request', `\r\n${plain}`],
  ['many empty lines before the request', `${'\r\n'.repeat(20)}${plain}`],
  ['bare LFs before the request', `\n\n${plain}`],
  ['a space before the request', ` ${plain}`],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
  ['a PROXY header', `PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n${plain}`],
  ['other bytes', 'hello\r\n\r\n'],
];

/** The answers to the client, and the reports of the listener. */
async function outcomesOf({ create }: (typeof listenersUnderTest)[number]): Promise<Outcome[]> {
  const reports: unknown[] = [];
  const listener = create(
    {
      onUpgrade: ({ head, earlyBytes, socket: received, clientAddress, peerAddress }) => {
        const socket = streamOf(received);
        const early: Buffer[] = [earlyBytes];
        socket.on('data', (chunk: Buffer) => early.push(chunk));
        socket.once('end', () => {
          const { method, httpVersion, target, rawHeaders } = head;
          const read = { method, httpVersion, target, rawHeaders };
          reports.push({
            head: read,
            early: Buffer.concat(early).toString('latin1'),
            clientAddress,
            peerAddress,
          });
          socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
        });
        socket.resume();
      },
      onRefused: (code) => reports.push(code),
      onDropped: (reason) => reports.push(reason),
    },
    { bounds: { maxHeaderBytes: 4096, headersTimeoutMs: 10_000, checkIntervalMs: 100 } },
  );
  const port = Number(new URL(await listener.listen({ host: '127.0.0.1', port: 0 })).port);
  const outcomes: Outcome[] = [];
  for (const [title, bytes] of requests) {
    const answer = await answerTo(port, Buffer.from(bytes, 'latin1'));
    outcomes.push({ title, answer, reports: reports.splice(0) });
  }
  await expect.poll(() => listener.openSockets).toBe(0);
  return outcomes;
}

interface Outcome {
  title: string;
  answer: string;
  reports: unknown[];
}

async function answerTo(port: number, bytes: Buffer): Promise<string> {
  const socket = await openSocket(port);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^Date: .*$/m, 'Date: now')
    .replaceAll(/req_[0-9a-z]{26}/g, 'req_any');
}

describe('every listener', () => {
  test('gives the same answer to every request, and reports the same outcome', async () => {
    const [first = [], ...others] = await Promise.all(listenersUnderTest.map(outcomesOf));
    expect(first.filter(({ reports }) => reports.length !== 1)).toEqual([]);
    for (const outcomes of others) expect(outcomes).toEqual(first);
  });
});
