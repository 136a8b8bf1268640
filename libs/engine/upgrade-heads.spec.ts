import { METHODS } from 'node:http';
import { expect, test } from 'vitest';
import { hopByHopHeaders } from '#libs/contract';
import {
  fieldName,
  OrdinaryUpgrade,
  otherForwardingHeaders,
  parseUpgradeRequest,
  readRequestHead,
  type UpgradeRequest,
} from '#libs/handshake';
import { loadAddon } from './load-addon.js';
import { UpgradeHeads } from './upgrade-heads.js';

const ordinaryLines = [
  'Host: chat.acme.example:8080',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0)',
  'Accept: */*',
  'Sec-WebSocket-Version: 13',
  'Origin: https://acme.example',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
  'Sec-WebSocket-Protocol: chat.v1, chat.v2',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Connection: keep-alive, Upgrade',
  'Pragma: no-cache',
  'Cookie: a=b',
  'Upgrade: websocket',
];

function headOf(lines: readonly string[], target = '/chat?room=1'): Buffer {
  return Buffer.from([`GET ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n'), 'latin1');
}

function heads(): UpgradeHeads {
  const loaded = loadAddon();
  if (!loaded.ok) throw new Error(loaded.reason);
  return new UpgradeHeads(loaded.addon);
}

function parsed(bytes: Buffer): UpgradeRequest {
  const received = readRequestHead(bytes);
  const result = received && parseUpgradeRequest(received.head, 32_768);
  if (result?.ok !== true) throw new Error('the request is refused');
  return result.request;
}

test('the request of a browser is read by the engine, and is the one of the parser in TypeScript', () => {
  const bytes = headOf(ordinaryLines);
  const upgrade = heads().read(Buffer.concat([bytes, Buffer.from('early')]));
  expect(upgrade).toBeInstanceOf(OrdinaryUpgrade);
  expect(upgrade?.headBytes).toBe(bytes.length);
  expect(upgrade?.hasCookies).toBe(true);
  expect(upgrade).toMatchObject(parsed(bytes));
});

test('a request whose parts the parser in TypeScript refuses is left to it', () => {
  const others = ordinaryLines.slice(1);
  const isRead = (host: string, target: string, line: string): boolean =>
    heads().read(headOf([host, ...others, line], target)) !== null;
  expect(isRead('Host: a.test', '/a', 'X-Other: a')).toBe(true);
  expect(isRead('Host: a b', '/a', 'X-Other: a')).toBe(false);
  expect(isRead('Host: a.test', '/a/..;/b', 'X-Other: a')).toBe(false);
  expect(isRead('Host: a.test', '/%zz', 'X-Other: a')).toBe(false);
  const withProtocols = (value: string): string[] =>
    ordinaryLines.map((line) =>
      line.startsWith('Sec-WebSocket-Protocol') ? `Sec-WebSocket-Protocol: ${value}` : line,
    );
  expect(heads().read(headOf(withProtocols('a, a')))).toBeNull();
  expect(heads().read(headOf(withProtocols('a b')))).toBeNull();
});

test('a target that is too long is refused, also if the engine has read it', () => {
  const upgrade = heads().read(headOf(ordinaryLines, `/${'a'.repeat(100)}`));
  expect(upgrade && parseUpgradeRequest(upgrade, 101)).toMatchObject({ ok: true, request: upgrade });
  expect(upgrade && parseUpgradeRequest(upgrade, 100)).toMatchObject({ ok: false, code: 'uri_too_long' });
});

test('the engine reads no request with a reserved field, and forwards none that states an origin', () => {
  const handshake = /^(?:connection|upgrade|sec-websocket-(?:key|version|protocol|extensions))$/;
  const reserved = [
    ...hopByHopHeaders,
    'content-length',
    'expect',
    'http2-settings',
    'via',
    'sec-websocket-accept',
  ];
  for (const name of reserved.filter((candidate) => !handshake.test(candidate))) {
    const { isOwn } = fieldName(name);
    expect(isOwn, name).toBe(true);
    expect(heads().read(headOf([...ordinaryLines, `${name}: 1`])), name).toBeNull();
  }
  const prefixed = ['x-forwarded-for', 'x-forwarded-', 'X-Original-Url', 'x-original-a'];
  const parts = { host: 'up.test', protocols: [], dropHeader: () => false };
  for (const name of [...prefixed, ...otherForwardingHeaders]) {
    const { isOwn } = fieldName(name);
    expect(isOwn, name).toBe(true);
    const upgrade = heads().read(headOf([...ordinaryLines, `${name}: 192.0.2.1`]));
    expect(upgrade?.forwardedLines(parts), name).not.toContain('192.0.2.1');
  }
});

test('the engine reads no other method than GET', () => {
  for (const method of METHODS.filter((candidate) => candidate !== 'GET')) {
    const bytes = Buffer.from(headOf(ordinaryLines).toString('latin1').replace('GET', method), 'latin1');
    expect(heads().read(bytes), method).toBeNull();
  }
});
