import assert from 'node:assert/strict';
import type { Arena } from '../arena.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { saysAndEnds, switching } from '../behaviours.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';
import { badHandshake, letIn, refused, withLines } from '../case-builders.js';

const otherKey = 'AAAAAAAAAAAAAAAAAAAAAA==';

const twice: AttackCase[] = [
  refused('Host twice', (arena) => withLines(`Host: ${arena.host}`)(arena), badHandshake),
  refused('another Host as well', withLines('Host: inside.test'), badHandshake),
  refused(
    'another Host before it',
    (arena) => arena.handshake().replace('\r\n', '\r\nHost: inside.test\r\n'),
    badHandshake,
  ),
  refused('an empty Host as well', withLines('Host:'), badHandshake),
  refused('HOST in capitals as well', withLines('HOST: inside.test'), badHandshake),
  refused('Sec-WebSocket-Key twice', withLines('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='), badHandshake),
  refused('another Sec-WebSocket-Key as well', withLines(`sec-websocket-key: ${otherKey}`), badHandshake),
  refused(
    'two keys in one field',
    (arena) => arena.handshake('/', { 'Sec-WebSocket-Key': `${otherKey}, ${otherKey}` }),
    badHandshake,
  ),
  refused('Sec-WebSocket-Version twice', withLines('Sec-WebSocket-Version: 13'), badHandshake),
  refused('another Sec-WebSocket-Version as well', withLines('Sec-WebSocket-Version: 8'), badHandshake),
  refused(
    'two versions in one field',
    (arena) => arena.handshake('/', { 'Sec-WebSocket-Version': '13, 8' }),
    [426, 'version_unsupported'],
  ),
  refused(
    'Origin twice',
    withLines('Origin: https://app.test', 'Origin: https://evil.test'),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://app.test'] },
  ),
  refused(
    'a list of origins',
    withLines('Origin: https://evil.test https://app.test'),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://app.test'] },
  ),
];

const malformed: AttackCase[] = [
  ...[
    ['a folded line', 'X-Folded: a\r\n b'],
    ['a folded line with a tab', 'X-Folded: a\r\n\tb'],
    ['a value that is on its folded line alone', 'X-Folded:\r\n b'],
    ['a second Host on a folded line', 'X-Folded: a\r\n Host: inside.test'],
    ['a bare CR in a value', 'X-Bare: a\rHost: inside.test'],
    ['a bare CR as the end of a line', 'X-Bare: a\rX-Other: b'],
    ['a bare LF as the end of a line', 'X-Bare: a\nX-Other: b'],
    ['a bare LF and a second Host', 'X-Bare: a\nHost: inside.test'],
    ['two CRs before a LF', 'X-Bare: a\r'],
    ['NUL in a value', 'X-Nul: a\0b'],
    ['NUL in a name', 'X-\0Nul: a'],
    ['a control byte in a value', 'X-Control: a\x01b'],
    ['DEL in a value', 'X-Control: a\x7fb'],
    ['an escape sequence for terminals', 'X-Control: \x1b[2J'],
    ['a space before the colon', 'X-Space : a'],
    ['a tab before the colon', 'X-Space\t: a'],
    ['a space in a name', 'X Space: a'],
    ['an empty name', ': a'],
    ['a line without a colon', 'X-Nothing'],
    ['a name in brackets', '(X): a'],
    ['a name with a slash', 'X/Y: a'],
    ['a name outside ASCII', 'X-\xe9: a'],
    ['a key with a space before its colon', `Sec-WebSocket-Key : ${otherKey}`],
    ['a Host with a space before its colon', 'Host : inside.test'],
  ].map(([name = '', line = '']) => refused(name, withLines(line), badHandshake)),
  refused(
    'a space before the first field',
    (arena) => arena.handshake().replace('\r\nHost', '\r\n Host'),
    badHandshake,
  ),
  refused('bare LFs throughout', (arena) => arena.handshake().replaceAll('\r\n', '\n'), badHandshake),
  refused(
    'a bare LF as the end of the head',
    (arena) => arena.handshake().replace(/\r\n\r\n$/, '\r\n\n'),
    badHandshake,
  ),
  refused(
    'a bare LF behind the request line',
    (arena) => arena.handshake().replace('HTTP/1.1\r\n', 'HTTP/1.1\n'),
    badHandshake,
  ),
  ...['c2hvcnQ=', 'dGhlIHNhbXBsZSBub25jZQ', `${otherKey}=`, '-_AAAAAAAAAAAAAAAAAAAA==', ''].map((key) =>
    refused(`the key "${key}"`, (arena) => arena.handshake('/', { 'Sec-WebSocket-Key': key }), badHandshake),
  ),
  {
    name: 'a key whose last character has unused bits set: it goes upstream as it is',
    run: async (arena) => {
      const key = 'AQIDBAUGBwgJCgsMDQ4PEC==';
      const upstream = await arena.prepare({
        upstream: saysAndEnds(switching({ 'Sec-WebSocket-Accept': 'OfS0wDaT5NoxF2gqm7Zj2YtetzM=' })),
      });
      const handshake = arena.handshake('/', { 'Sec-WebSocket-Key': key });
      expectOneAnswer((await arena.send(handshake)).text, 101);
      expectOneRequest(upstream, { has: [`\r\nSec-WebSocket-Key: ${key}\r\n`] });
    },
  },
];

const named: AttackCase[] = [
  ...['Host', 'Sec-WebSocket-Key', 'sec-websocket-version', 'Sec-WebSocket-Protocol', 'Origin'].map((name) =>
    letIn(
      `Connection names ${name}, which stays`,
      connecting(name, { 'Sec-WebSocket-Protocol': 'chat', Origin: 'https://app.test' }),
      { has: [new RegExp(`\r\n${name}: `, 'i')], hasNot: [/connection:.*,/i] },
      { allowedOrigins: ['https://app.test'] },
    ),
  ),
  refused(
    'Connection names an Origin that is not allowed',
    connecting('Origin', { Origin: 'https://evil.test' }),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://app.test'] },
  ),
  ...['X-Forwarded-For', 'X-Forwarded-Proto', 'x-forwarded-host'].map((name) =>
    letIn(`Connection names ${name}, which the gateway adds`, connecting(name), {
      has: [new RegExp(`\r\n${name}: [^\r]`, 'i')],
    }),
  ),
  letIn(
    'Connection names a field that the route sets',
    connecting('X-Tenant', { 'X-Tenant': 'evil' }),
    { has: ['\r\nX-Tenant: acme\r\n'], hasNot: ['evil'] },
    { requestHeaders: { set: { 'X-Tenant': 'acme' } } },
  ),
  letIn('Connection names a field of the client, which goes away', connecting('X-Mine', { 'X-Mine': 'a' }), {
    hasNot: [/x-mine/i],
  }),
  letIn(
    'hop-by-hop fields',
    withLines(
      'Keep-Alive: timeout=9',
      'Proxy-Connection: keep-alive',
      'Proxy-Authorization: Basic eDp5',
      'TE: trailers',
      'Trailer: X-Mine',
    ),
    { hasNot: [/keep-alive|proxy-|\r\nte:|trailer/i] },
  ),
  {
    name: 'Connection names the field of the key: it still counts, and stays here',
    run: async (arena) => {
      const key = await arena.gateway.issueKey();
      const route = { auth: { mode: 'apiKey' } };
      await letIn(
        '',
        connecting('X-Api-Key', { 'X-Api-Key': key }),
        { hasNot: [/slc_|x-api-key/i] },
        route,
      ).run(arena);
    },
  },
  ...['Authorization', 'X-Api-Key'].map((name): AttackCase => ({
    name: `Connection names ${name}, to have a request without a key let in`,
    run: async (arena) => {
      const upstream = await arena.prepare({ route: { auth: { mode: 'apiKey' } } });
      expectRefusal(await arena.send(connecting(name)(arena)), 401, 'key_required');
      assert.equal(upstream.connections, 0);
    },
  })),
];

const disguised: AttackCase[] = ['X_Api_Key', 'x-api_key', 'X.Api.Key'].flatMap((name) => [
  {
    name: `a key in ${name} beside one in X-Api-Key: it stays here`,
    run: async (arena) => {
      const [key, other] = [await arena.gateway.issueKey(), await arena.gateway.issueKey()];
      const sent = withLines(`${name}: ${other}`, `X-Api-Key: ${key}`);
      const route = { auth: { mode: 'apiKey' } };
      await letIn('', sent, { hasNot: [/slc_|api.key/i] }, route).run(arena);
    },
  },
  {
    name: `a key in ${name} alone: it lets nobody in, and stays here where nothing is asked for`,
    run: async (arena) => {
      const line = `${name}: ${await arena.gateway.issueKey()}`;
      const route = { match: { path: '/closed' }, auth: { mode: 'apiKey' } };
      const upstream = await arena.prepare({ route });
      const request = withLines(line)(arena).replace('GET / ', 'GET /closed ');
      expectRefusal(await arena.send(request), 401, 'key_required');
      assert.equal(upstream.connections, 0);
      await letIn('', withLines(line), { hasNot: [/slc_|api.key/i] }).run(arena);
    },
  },
]);

const beside: AttackCase[] = [
  {
    name: "the application's own bearer token beside a key: it goes upstream, and the key does not",
    run: async (arena) => {
      const key = await arena.gateway.issueKey();
      const sent = withLines(`X-Api-Key: ${key}`, 'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.');
      const arrived = {
        has: ['\r\nAuthorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n'],
        hasNot: [/slc_|x-api-key/i],
      };
      await letIn('', sent, arrived, { auth: { mode: 'apiKey' } }).run(arena);
    },
  },
  {
    name: 'two different keys, one of them as a bearer token',
    run: async (arena) => {
      const [key, other] = [await arena.gateway.issueKey(), await arena.gateway.issueKey()];
      const sent = withLines(`X-Api-Key: ${key}`, `Authorization: Bearer ${other}`);
      const upstream = await arena.prepare({ route: { auth: { mode: 'apiKey' } } });
      expectRefusal(await arena.send(sent(arena)), ...badHandshake);
      assert.equal(upstream.connections, 0);
    },
  },
];

const origins: AttackCase[] = ['null', 'file://', 'capacitor://localhost'].flatMap((origin) => [
  letIn(
    `the origin ${origin}, which is listed`,
    withLines(`Origin: ${origin}`),
    { has: [`\r\nOrigin: ${origin}\r\n`] },
    { allowedOrigins: [origin] },
  ),
  refused(
    `the origin ${origin}, which is not listed`,
    withLines(`Origin: ${origin}`),
    [403, 'origin_forbidden'],
    { allowedOrigins: ['https://localhost', 'https://*.null'] },
  ),
]);

// Each quote that is escaped could be the start of a string without an end: a regular expression looked from every one.
const extensions: AttackCase[] = [
  ['29 KB of escaped quotes in a string without an end', `x;a="${'\\"'.repeat(14_500)}`],
  ['a string without an end', 'x;a="'],
  ['a list of 29 KB', 'x,'.repeat(14_500)],
  ['a name that is quoted', '"permessage-deflate"'],
  ['a name with a space', 'permessage deflate'],
].map(([name = '', value = '']) =>
  refused(`extensions with ${name}`, withLines(`Sec-WebSocket-Extensions: ${value}`), badHandshake),
);

const spoofed: AttackCase[] = [
  ...[
    'X-Forwarded-For',
    'X_Forwarded_For',
    'x-forwarded_for',
    'X-FORWARDED-FOR',
    'Forwarded',
    'X-Real-IP',
    'X_Real_Ip',
    'X-Forwarded-Host',
    'X_Forwarded_Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
    'X-Forwarded-Server',
    'Client-Cert',
    'Client_Cert',
    'Client-Cert-Chain',
    'X.Forwarded.For',
    'X-Client-IP',
    'True-Client-IP',
    'X-Original-URL',
    'X_Original_Url',
    'X-Original-Host',
    'X-Rewrite-URL',
    'x_rewrite_url',
    'Sec_WebSocket_Protocol',
    'Content_Length',
    'Transfer_Encoding',
  ].map((name) =>
    letIn(`a made-up ${name}`, withLines(`${name}: for=203.0.113.9`), {
      has: ['\r\nX-Forwarded-For: 127.0.0.1\r\n'],
      hasNot: ['203.0.113.9', /\n[^:\r]*_[^:\r]*: /],
    }),
  ),
  ...['X-Tenant', 'x-tenant', 'X_Tenant', 'x_TENANT'].map((name) =>
    letIn(
      `a made-up ${name}, which the route sets`,
      withLines(`${name}: evil`),
      { has: ['\r\nX-Tenant: acme\r\n'], hasNot: ['evil'] },
      { requestHeaders: { set: { 'X-Tenant': 'acme' } } },
    ),
  ),
  ...['X-Internal', 'x_internal'].map((name) =>
    letIn(
      `a made-up ${name}, which the route removes`,
      withLines(`${name}: evil`),
      { hasNot: ['evil'] },
      { requestHeaders: { remove: ['X-Internal'] } },
    ),
  ),
];

/** A handshake whose Connection names another field as well. */
function connecting(name: string, changes: Record<string, string> = {}) {
  return (arena: Arena) => arena.handshake('/', { Connection: `Upgrade, ${name}`, ...changes });
}

export const headerFields: AttackFamily = {
  name: 'header fields',
  cases: [...twice, ...malformed, ...named, ...disguised, ...beside, ...origins, ...extensions, ...spoofed],
};
