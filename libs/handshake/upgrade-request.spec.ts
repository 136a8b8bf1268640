import { describe, expect, test } from 'vitest';
import type { RequestHead } from './request-message.js';
import { parseUpgradeRequest, type UpgradeRequest } from './upgrade-request.js';

const maxTargetBytes = 100;
const key = 'dGhlIHNhbXBsZSBub25jZQ==';
const fields = {
  Host: 'chat.acme.example',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': key,
  'Sec-WebSocket-Version': '13',
};

type Change = Partial<Omit<RequestHead, 'rawHeaders'>> & {
  set?: Record<string, string>;
  without?: keyof typeof fields;
  add?: string[];
};

function head({ set = {}, without, add = [], ...line }: Change = {}): RequestHead {
  const kept = Object.entries({ ...fields, ...set }).filter(([name]) => name !== without);
  return {
    method: 'GET',
    httpVersion: '1.1',
    target: '/socket',
    ...line,
    rawHeaders: [...kept.flat(), ...add],
  };
}

function accepted(change: Change = {}): UpgradeRequest {
  const parsed = parseUpgradeRequest(head(change), maxTargetBytes);
  if (!parsed.ok) throw new Error(`refused: ${parsed.detail}`);
  return parsed.request;
}

describe('a valid upgrade request', () => {
  test('a request is parsed, and its parts keep their original form', () => {
    const request = accepted({
      target: '/a/%7Euser/./x?q=%41&q',
      set: { Host: 'Chat.Acme.Example:8080' },
      add: ['x-OTHER', 'One', 'Origin', 'https://a.example', 'Sec-WebSocket-Protocol', 'chat, v2.chat'],
    });
    expect(request).toMatchObject({
      host: 'chat.acme.example',
      authority: 'Chat.Acme.Example:8080',
      rawPath: '/a/%7Euser/./x',
      rawQuery: 'q=%41&q',
      path: '/a/~user/x',
      key,
      protocols: ['chat', 'v2.chat'],
      origins: ['https://a.example'],
    });
    expect(request.headers).toContainEqual(['x-OTHER', 'One']);
  });

  test.each<[string, Change]>([
    ['several tokens in Connection', { set: { Connection: 'keep-alive, Upgrade' } }],
    ['Connection in two fields', { set: { Connection: 'keep-alive' }, add: ['connection', 'upgrade'] }],
    ['different letter case', { set: { Upgrade: 'WebSocket', Connection: 'UPGRADE' } }],
    ['websocket among other protocols', { set: { Upgrade: 'h2c, websocket' } }],
    ['an empty body', { add: ['Content-Length', '0'] }],
    ['an address as host', { set: { Host: '[::1]:8080' } }],
    ['bytes above ASCII in a value', { add: ['X-Name', 'caf\u00e9'] }],
    ['a tab in a value', { add: ['X-Name', 'a\tb'] }],
    ['white space around subprotocols', { add: ['Sec-WebSocket-Protocol', ' a ,\tb'] }],
    ['the longest target', { target: `/${'a'.repeat(99)}` }],
    ['32 subprotocols', { add: ['Sec-WebSocket-Protocol', numbered(32).join(',')] }],
  ])('a request may have %s', (_name, change) => {
    expect(parseUpgradeRequest(head(change), maxTargetBytes).ok).toBe(true);
  });

  test('a request may have a key whose last character has unused bits set, and the key is not changed', () => {
    const unusual = 'AQIDBAUGBwgJCgsMDQ4PEC==';
    expect(accepted({ set: { 'Sec-WebSocket-Key': unusual } }).key).toBe(unusual);
  });

  test('a target in absolute-form determines host, path and query, and Host is ignored', () => {
    expect(accepted({ target: 'ws://Other.Example:81/a/./b?q', set: { Host: 'x.example' } })).toMatchObject({
      host: 'other.example',
      authority: 'Other.Example:81',
      rawPath: '/a/./b',
      path: '/a/b',
      rawQuery: 'q',
    });
  });

  test('a path may contain an encoded slash, which the route accepts or refuses', () => {
    expect(accepted({ target: '/team%2fplan' }).path).toBe('/team%2Fplan');
  });

  test('the subprotocols of all fields are offered in order', () => {
    const add = ['Sec-WebSocket-Protocol', 'b', 'sec-websocket-protocol', 'a,c'];
    expect(accepted({ add }).protocols).toEqual(['b', 'a', 'c']);
  });

  test('the names of the offered extensions of all fields are read', () => {
    const name = 'Sec-WebSocket-Extensions';
    const add = [name, 'Permessage-Deflate; a=1, x-b', name, 'x-c'];
    expect(accepted({ add }).extensions).toEqual(['permessage-deflate', 'x-b', 'x-c']);
  });

  test('the names of the hosts that have forwarded the request are read from Via', () => {
    const add = ['Via', '1.1 FLT_a (b, c)', 'via', 'HTTP/1.0 fred:80'];
    expect(accepted({ add }).via).toEqual(['1.1', 'flt_a', 'http/1.0', 'fred']);
    expect(accepted().via).toEqual([]);
  });

  test('every Origin is kept, so that admission can check it', () => {
    expect(accepted({ add: ['Origin', 'https://a', 'origin', 'https://b'] }).origins).toHaveLength(2);
  });
});

describe('an invalid handshake', () => {
  test.each<[string, string, Change]>([
    ['another method', 'bad_handshake', { method: 'POST' }],
    ['HTTP/1.0', 'bad_handshake', { httpVersion: '1.0' }],
    ['an invalid target', 'bad_handshake', { target: '*' }],
    ['a target in absolute-form without a host', 'bad_handshake', { target: 'http:///socket' }],
    ['a target with an invalid host', 'bad_handshake', { target: 'http://a..b:80:80/socket' }],
    ['an encoded host in the target', 'bad_handshake', { target: 'http://chat%2Eacme.example/' }],
    ['an absolute target, but no Host', 'bad_handshake', { target: 'http://a.test/', without: 'Host' }],
    ['an absolute target and a bad Host', 'bad_handshake', { target: 'http://a/', set: { Host: 'a b' } }],
    ['an absolute target and two Hosts', 'bad_handshake', { target: 'http://a/', add: ['host', 'a'] }],
    ['a target that is too long', 'uri_too_long', { target: `/${'a'.repeat(100)}` }],
    ['no Host', 'bad_handshake', { without: 'Host' }],
    ['two Hosts', 'bad_handshake', { add: ['host', 'chat.acme.example'] }],
    ['an empty Host', 'bad_handshake', { set: { Host: '' } }],
    ['an invalid Host', 'bad_handshake', { set: { Host: 'user@chat.acme.example' } }],
    ['no Upgrade', 'bad_handshake', { without: 'Upgrade' }],
    ['another Upgrade', 'bad_handshake', { set: { Upgrade: 'h2c' } }],
    ['an Upgrade that only starts with websocket', 'bad_handshake', { set: { Upgrade: 'websockets' } }],
    ['no Connection', 'bad_handshake', { without: 'Connection' }],
    ['a Connection without upgrade', 'bad_handshake', { set: { Connection: 'keep-alive' } }],
    ['no key', 'bad_handshake', { without: 'Sec-WebSocket-Key' }],
    ['two keys', 'bad_handshake', { add: ['Sec-WebSocket-Key', key] }],
    ['a key that is too short', 'bad_handshake', { set: { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZQ==' } }],
    ['a key that is too long', 'bad_handshake', { set: { 'Sec-WebSocket-Key': `AAAA${key}` } }],
    ['a key without padding', 'bad_handshake', { set: { 'Sec-WebSocket-Key': key.slice(0, 22) } }],
    ['a key with three padding characters', 'bad_handshake', { set: { 'Sec-WebSocket-Key': `${key}=` } }],
    ['a key in base64url', 'bad_handshake', { set: { 'Sec-WebSocket-Key': '-_AAAAAAAAAAAAAAAAAAAA==' } }],
    ['no version', 'bad_handshake', { without: 'Sec-WebSocket-Version' }],
    ['two versions', 'bad_handshake', { add: ['Sec-WebSocket-Version', '13'] }],
    ['an older version', 'version_unsupported', { set: { 'Sec-WebSocket-Version': '8' } }],
    ['a version in a different notation', 'version_unsupported', { set: { 'Sec-WebSocket-Version': '013' } }],
    ['a body', 'body_forbidden', { add: ['Content-Length', '5'] }],
    ['a length that is not a number', 'body_forbidden', { add: ['Content-Length', '0, 0'] }],
    ['a transfer coding', 'body_forbidden', { add: ['Transfer-Encoding', 'chunked'] }],
    ['an encoded slash before dots', 'bad_path', { target: '/a%2F..' }],
    ['an encoded NUL', 'bad_path', { target: '/a%00' }],
    ['a backslash', 'bad_path', { target: '/a\\b' }],
    ['a broken percent-encoding', 'bad_path', { target: '/a%2' }],
    ['the same subprotocol twice', 'bad_handshake', { add: ['Sec-WebSocket-Protocol', 'chat, chat'] }],
    ['a subprotocol that is not a token', 'bad_handshake', { add: ['Sec-WebSocket-Protocol', 'a b'] }],
    ['an empty subprotocol', 'bad_handshake', { add: ['Sec-WebSocket-Protocol', 'a,,b'] }],
    ['33 subprotocols', 'bad_handshake', { add: ['Sec-WebSocket-Protocol', numbered(33).join(',')] }],
    ['an open quote in its extensions', 'bad_handshake', { add: ['Sec-WebSocket-Extensions', 'a; b="'] }],
    ['an unclosed comment in Via', 'bad_handshake', { add: ['Via', '1.1 a (b'] }],
    ['a line feed in a value', 'bad_handshake', { add: ['X-A', 'a\nX-B: b'] }],
    ['a NUL in a value', 'bad_handshake', { add: ['X-A', 'a\0'] }],
    ['a DEL in a value', 'bad_handshake', { add: ['X-A', '\x7fa'] }],
    ['a character beyond a byte in a value', 'bad_handshake', { add: ['X-A', '\u010a'] }],
    ['a name that is not a token', 'bad_handshake', { add: ['X A', 'a'] }],
  ])('a request with %s is refused with %s and a reason', (_name, code, change) => {
    const parsed = parseUpgradeRequest(head(change), maxTargetBytes);
    const detail: unknown = expect.stringMatching(/\w/);
    expect(parsed).toEqual({ ok: false, code, detail });
  });
});

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${index}`);
}
