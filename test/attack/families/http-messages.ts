import type { AttackCase, AttackFamily } from '../attack-case.js';
import { smuggledRequest as smuggled } from '../case-builders.js';
import { chunked, forwardedHttp, keptOpen, ordinary, refusedHttp, type SentText } from '../http-cases.js';

const whole = '3\r\nabc\r\n0\r\n\r\n';

const trailers: AttackCase[] = [
  ...[
    'Authorization',
    'Host',
    'Cookie',
    'X-Forwarded-For',
    'X-Api-Key',
    'Connection',
    'Upgrade',
    'Expect',
    'Via',
    'X_Forwarded_For',
    'Forwarded',
    'Content-Type',
    'X-Tenant',
    'If-Match',
  ].map((name) =>
    forwardedHttp(
      `a trailer that forges ${name}`,
      chunked(`3\r\nabc\r\n0\r\n${name}: forged\r\nX-Sum: 1\r\n\r\n`),
      [{ body: 'abc', trailers: ['X-Sum'], hasNot: /forged/ }],
      { requestHeaders: { set: { 'X-Tenant': 'acme' } } },
    ),
  ),
];

function pipelinedBy(...requests: SentText[]): SentText {
  return (sandbox) => requests.map((request) => request(sandbox)).join('');
}

const pipelined: AttackCase[] = [
  forwardedHttp(
    'pipelined requests with bodies, each of which is forwarded once and in order',
    pipelinedBy(
      keptOpen('POST', ['Content-Length: 3', 'X: 1'], 'abc'),
      keptOpen('PUT', ['Transfer-Encoding: chunked', 'X: 2'], whole),
      ordinary('GET', ['X: 3']),
    ),
    [
      { method: 'POST', body: 'abc', fields: { x: ['1'] } },
      { method: 'PUT', body: 'abc', fields: { x: ['2'] } },
      { method: 'GET', fields: { x: ['3'] } },
    ],
  ),
  forwardedHttp(
    'a second request to a host without a route, which is admitted by itself',
    pipelinedBy(keptOpen('POST', ['Content-Length: 3'], 'abc'), () => smuggled),
    [{ body: 'abc' }],
    {},
    [200, 400],
  ),
  forwardedHttp(
    'a GET with a body that is a request',
    ordinary('GET', [`Content-Length: ${smuggled.length}`], smuggled),
    [{ method: 'GET', body: smuggled, fields: { 'content-length': [String(smuggled.length)] } }],
  ),
  ...['HEAD', 'DELETE', 'OPTIONS'].map((method) =>
    forwardedHttp(
      `${method} with a chunked body that is a request`,
      ordinary(
        method,
        ['Transfer-Encoding: chunked'],
        `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`,
      ),
      [{ method, body: smuggled }],
    ),
  ),
];

const options: AttackCase[] = [
  ...['Content-Length', 'Transfer-Encoding', 'Host', 'X-Forwarded-For', 'Via', 'Cookie'].map((name) =>
    forwardedHttp(
      `a Connection that names ${name}`,
      (sandbox) =>
        ordinary(
          'POST',
          ['Content-Length: 3', 'Cookie: a=b'],
          'abc',
        )(sandbox).replace('Connection: close', `Connection: close, ${name}`),
      [{ body: 'abc', fields: { 'content-length': ['3'], 'x-forwarded-for': ['127.0.0.1'] } }],
    ),
  ),
  ...['h2c', 'TLS/1.2', 'websocket/13', 'foo, bar'].map((protocol) =>
    forwardedHttp(
      `a POST with Upgrade: ${protocol}`,
      (sandbox) =>
        ordinary(
          'POST',
          [`Upgrade: ${protocol}`, 'HTTP2-Settings: AAMA', 'Content-Length: 3'],
          'abc',
        )(sandbox).replace('Connection: close', 'Connection: close, Upgrade, HTTP2-Settings'),
      [{ body: 'abc', fields: { upgrade: [], 'http2-settings': [] } }],
    ),
  ),
  refusedHttp(
    'an upgrade to WebSocket with a body',
    (sandbox) => `${sandbox.handshake('/', { 'Content-Length': '3' })}abc`,
    413,
  ),
  ...['200-ok', '100-continu', ''].map((expect) =>
    forwardedHttp(
      `Expect: ${JSON.stringify(expect)}, which is not forwarded`,
      ordinary('POST', [`Expect: ${expect}`, 'Content-Length: 3'], 'abc'),
      [{ body: 'abc', fields: { expect: [] } }],
    ),
  ),
  forwardedHttp(
    'two expectations in one field, of which one is forwarded',
    ordinary('POST', ['Expect: 100-continue, 100-continue', 'Content-Length: 3'], 'abc'),
    [{ body: 'abc', fields: { expect: ['100-continue'] } }],
  ),
  forwardedHttp(
    'a body that does not wait for its 100',
    ordinary('POST', ['Expect: 100-continue', 'Content-Length: 3'], 'abc'),
    [{ body: 'abc' }],
  ),
];

export const httpMessages: AttackFamily = {
  name: 'trailers, pipelines and options of ordinary requests',
  cases: [...trailers, ...pipelined, ...options],
};
