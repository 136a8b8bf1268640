import { expect, test } from 'vitest';
import { endToEndHeaders } from './end-to-end-headers.js';
import type { HeaderField } from './header-field.js';

function keptBeside(connection: readonly string[], name: string): boolean {
  const fields = connection.map((value): HeaderField => ['Connection', value]);
  const kept = endToEndHeaders([...fields, [name, 'x'], ['Other', 'x']]);
  expect(kept).toContainEqual(['Other', 'x']);
  return kept.some(([each]) => each === name);
}

test.each(['Host', 'Via', 'Origin', 'Content-Length', 'Sec-WebSocket-Key', 'Sec-WebSocket-Protocol'])(
  'Connection cannot remove %s, which the next hop depends on',
  (name) => {
    expect(keptBeside([`close, ${name}`], name)).toBe(true);
  },
);

test.each<[string, string[]]>([
  ['the only option', ['x-hop']],
  ['one of several options', ['keep-alive, X-HOP']],
  ['an option of a second field', ['Upgrade', 'x-hop']],
])('a field is removed that Connection names as %s', (_name, connection) => {
  expect(keptBeside(connection, 'X-Hop')).toBe(false);
  expect(keptBeside(['Upgrade'], 'X-Hop')).toBe(true);
});

test.each(['Keep-Alive', 'TE', 'Transfer-Encoding', 'Upgrade', 'Proxy-Connection'])(
  'the field %s belongs to the connection, and is removed without being named',
  (name) => {
    expect(keptBeside([], name)).toBe(false);
  },
);
