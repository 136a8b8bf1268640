import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { badHandshake, badPath, headersTooLarge, admitted, noRoute, refused } from '../case-builders.js';
import { expectOneRequest, expectRefusal } from '../expectations.js';

const forms: AttackCase[] = [
  ...[
    'file:///etc/passwd',
    'inside.test/',
    'inside.test:80',
    '*',
    '?query',
    'http:/a',
    'http:///',
    'ftp://inside.test/',
    'http://inside.test@other.test/',
    'http://inside.test:80:80/',
    'http://inside.test:x/',
    'http://inside%2etest/',
    'http://inside.test#@other.test/',
    'http://inside.test\\@other.test/',
    'http://[::1/',
    '.',
    '%2f',
  ].map((target) => refused(`the target ${target}`, (sandbox) => sandbox.handshake(target), badHandshake)),
  ...['http', 'https', 'ws', 'HTTP'].map((scheme) =>
    refused(
      `the ${scheme} target of a host without a route, with the Host of one that has a route`,
      (sandbox) => sandbox.handshake(`${scheme}://inside.test/`),
      noRoute,
    ),
  ),
  ...['/', ''].map((path) =>
    admitted(
      `an absolute target with the path ${path || '(empty)'}: host and path are those of the target`,
      (sandbox) =>
        sandbox.handshake(`ws://${sandbox.host.toUpperCase()}:81${path}?a`, { Host: 'inside.test' }),
      { has: ['GET /?a HTTP/1.1\r\n', /X-Forwarded-Host: [^\r]*:81\r/], hasNot: ['inside.test', '://'] },
    ),
  ),
  refused(
    'two Hosts after an absolute target',
    (sandbox) => sandbox.handshake(`http://${sandbox.host}/`, { host: 'inside.test' }),
    badHandshake,
  ),
  refused('no target', (sandbox) => sandbox.handshake().replace('GET / ', 'GET  '), badHandshake),
  refused(
    'a target without the space after it',
    (sandbox) => sandbox.handshake().replace('GET / ', 'GET /'),
    badHandshake,
  ),
  refused('OPTIONS *', (sandbox) => sandbox.handshake('*').replace('GET', 'OPTIONS'), badHandshake),
  refused(
    'CONNECT to an authority',
    (sandbox) => sandbox.handshake('inside.test:80').replace('GET', 'CONNECT'),
    badHandshake,
  ),
  refused('CONNECT to a path', (sandbox) => sandbox.handshake('/').replace('GET', 'CONNECT'), badHandshake),
  ...[
    '/a b',
    '/a\tb',
    '/a#b',
    '/#',
    '/?a#b',
    '/\x01',
    '/\x7f',
    '/\0',
    '/a\rb',
    '/a\nb',
    '/caf\xe9',
    '/\xc0\xae\xc0\xae/',
    '/\xff',
  ].map((target) =>
    refused(`the target ${JSON.stringify(target)}`, (sandbox) => sandbox.handshake(target), badHandshake),
  ),
  refused('a target one byte over the bound', (sandbox) => sandbox.handshake(`/${'a'.repeat(32_768)}`), [
    414,
    'uri_too_long',
  ]),
  refused('a query over the bound', (sandbox) => sandbox.handshake(`/?${'a'.repeat(32_767)}`), [
    414,
    'uri_too_long',
  ]),
  refused('a target of 100 KB', (sandbox) => sandbox.handshake(`/${'a'.repeat(100_000)}`), headersTooLarge),
  admitted('a target at the bound', (sandbox) => sandbox.handshake(`/${'a'.repeat(32_767)}`), {
    has: [` /${'a'.repeat(32_767)} `],
  }),
];

const ambiguous: AttackCase[] = [
  ...[
    '/a%2fb',
    '/a%2Fb',
    '/%2e%2e%2fadmin',
    '/a%5cb',
    '/a\\b',
    '/..\\admin',
    '/%00',
    '/a%00.txt',
    '/%',
    '/%2',
    '/%zz',
    '/%u002e',
    '/"',
    '/<a>',
    '/{a}',
    '/`',
  ].map((path) => refused(`the path ${path}`, (sandbox) => sandbox.handshake(path), badPath)),
  ...['%c0%ae%c0%ae/admin', '%c0%af', '%C1%9C', '%e0%80%af', '%f0%80%80%af'].map((rest) =>
    refused(`over-long UTF-8: ${rest}`, (sandbox) => sandbox.handshake(`/${rest}`), badPath),
  ),
];

/** A route whose upstream serves more paths than the route opens. */
const open = { match: { path: '/public' } };

const escapes: AttackCase[] = [
  ...[
    '/public/../admin',
    '/public/%2e%2e/admin',
    '/public/.%2e/admin',
    '/public/%2E./admin',
    '/public/./../admin',
    '/public/x/../../admin',
    '/public;/../admin',
    '/./admin',
    '/public/..',
    '/../public/../admin',
    '/%70ublic/..',
    '/publicity',
    '/PUBLIC',
    '/public%20',
    '/public.',
    '/publi',
    '/',
    '/admin?/public/',
    '/%2570ublic',
  ].map((target) =>
    refused(`${target}, with only /public open`, (sandbox) => sandbox.handshake(target), noRoute, open),
  ),
  ...[
    '/public//../admin',
    '/public/x//../../admin',
    '/public///../../admin',
    '/public/;/../admin',
    '/public/;v=1/../admin',
    '/public/..;/admin',
    '/public/..;v=1/admin',
    '/public/%2e%2e;/admin',
    '/public/..%3b/admin',
    '/public/.;/../admin',
    '/public/..%2fadmin',
    '/public/..%5cadmin',
    '/public/..\\admin',
    '/public/..%00/admin',
    '/public%2f..%2fadmin',
    '/admin/../public/x',
    '/./public',
    '/x/%2E%2e/public',
    '//public',
    '/public;v=1',
    '/public%3Bv=1',
  ].map((target) =>
    refused(`${target}, with only /public open`, (sandbox) => sandbox.handshake(target), badPath, open),
  ),
  ...[
    '/public/%252e%252e/admin',
    '/public//x',
    '/public/a..b/...',
    '/public/a;v=1',
    '/%70ublic/x',
    '/public?/../admin',
    '/public/x/../y',
    '/public/?a=%00%2f\\',
    '/public/[a]|^%5b',
  ].map((target) =>
    admitted(
      `${target} unchanged, with only /public open`,
      (sandbox) => sandbox.handshake(target),
      { has: [`GET ${target} HTTP/1.1\r\n`] },
      open,
    ),
  ),
];

const stripped = { ...open, rewrite: { stripPrefix: true } };

const rewritten: AttackCase[] = [
  ...(
    [
      ['/public/x/../y', '/base/y'],
      ['/public/%2e%2e/public/z', '/base/z'],
      ['/a/../public/z', '/base/z'],
      ['/public//x', '/base//x'],
      ['/public//inside.test/x', '/base//inside.test/x'],
      ['/public', '/base'],
      ['/public/..%252fadmin', '/base/..%252fadmin'],
      ['/public/[a]/../[b]|^', '/base/[b]|^'],
      ['/admin/../public/%61dmin', '/base/admin'],
    ] as const
  ).map(([target, expected]): AttackCase => ({
    name: `${target} is forwarded below the base path`,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        route: ({ url }) => ({ ...stripped, upstreams: [{ url: `${url}/base` }] }),
      });
      await sandbox.send(sandbox.handshake(target));
      expectOneRequest(upstream, { has: [`GET ${expected} HTTP/1.1\r\n`] });
    },
  })),
];

const replaced: AttackCase[] = (
  [
    ['/public/x/../y', '/v2/y'],
    ['/public/../public/../public/z', '/v2/z'],
    ['/public/%2e%2e/public/%2e', '/v2/'],
    ['/public//x', '/v2//x'],
    ['/public//inside.test/x', '/v2//inside.test/x'],
    ['/public', '/v2'],
    ['/%70ublic/%61', '/v2/a'],
    ['/public/..%252fadmin', '/v2/..%252fadmin'],
    ['/public/x?/../y', '/v2/x?/../y'],
  ] as const
).map(([target, expected]) =>
  admitted(
    `${target} goes below what replaces the prefix`,
    (sandbox) => sandbox.handshake(target),
    { has: [`GET ${expected} HTTP/1.1\r\n`] },
    { ...open, rewrite: { replacePrefix: '/v2' } },
  ),
);

const escapesFromReplacement = [
  '/public/..;/x',
  '/public/..%2Fx',
  '/public/%2e%2e%2fx',
  '/public/\\..\\x',
].map((target): AttackCase => ({
  name: `${target} does not leave what replaces the prefix`,
  run: async (sandbox) => {
    const upstream = await sandbox.prepare({ route: { ...open, rewrite: { replacePrefix: '/v2' } } });
    expectRefusal(await sandbox.send(sandbox.handshake(target)), ...badPath);
    assert.equal(upstream.connections, 0, 'the upstream was dialed');
  },
}));

export const targets: AttackFamily = {
  name: 'targets and paths',
  cases: [...forms, ...ambiguous, ...escapes, ...rewritten, ...replaced, ...escapesFromReplacement],
};
