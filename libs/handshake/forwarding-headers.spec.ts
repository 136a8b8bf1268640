import { describe, expect, test } from 'vitest';
import { fieldName } from './field-name.js';
import { forwardingHeaders, type ForwardingFacts } from './forwarding-headers.js';
import type { HeaderField } from './header-field.js';

function forwarded(headers: HeaderField[], facts: Partial<ForwardingFacts> = {}): HeaderField[] {
  const defaults = { peerAddress: '192.0.2.1', isTrustedPeer: true, protocolScheme: 'http' as const };
  return forwardingHeaders(
    { authority: 'chat.test:8080', headers },
    { ...defaults, clientCertificate: null, ...facts },
  );
}

test.each([
  'Forwarded',
  'Forwarded-For',
  'X-Forwarded',
  'X-Forwarded-Prefix',
  'X-Original-URL',
  'CF-Connecting-IP',
  'Client-IP',
  'True-Client-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Real-IP',
  'X-HTTP-Host-Override',
  'X-Rewrite-URL',
  'Client-Cert',
  'Client-Cert-Chain',
])('a client cannot send %s, and a trusted peer can', (name) => {
  expect(fieldName(name).isOwn).toBe(true);
  expect(forwarded([[name, 'x']], { isTrustedPeer: false })).not.toContainEqual([name, 'x']);
  expect(forwarded([[name, 'x']])).toContainEqual([name, 'x']);
});

describe('the forwarding fields', () => {
  const own = [
    ['X-Forwarded-For', '192.0.2.1'],
    ['X-Forwarded-Proto', 'http'],
    ['X-Forwarded-Host', 'chat.test:8080'],
  ];

  test('are those of the gateway alone if the peer is not trusted, or sends none', () => {
    expect(forwarded([['X-Forwarded-For', '1.1.1.1']], { isTrustedPeer: false })).toEqual(own);
    expect(forwarded([['X-Other', 'x']])).toEqual(own);
    expect(forwarded(own.map(([name = '']): HeaderField => [name, '']))).toEqual(own);
  });

  test('of a trusted peer are joined if it sends several', () => {
    const twice = (name: string, one: string, other: string): HeaderField[] => [
      [name, one],
      [name.toLowerCase(), other],
    ];
    const headers = [
      ...twice('X-Forwarded-For', '1.1.1.1', '2.2.2.2'),
      ...twice('X-Forwarded-Proto', 'https', 'http'),
      ...twice('X-Forwarded-Host', 'a.test', 'b.test'),
    ];
    expect(forwarded(headers)).toEqual([
      ['X-Forwarded-For', '1.1.1.1, 2.2.2.2, 192.0.2.1'],
      ['X-Forwarded-Proto', 'https, http'],
      ['X-Forwarded-Host', 'a.test, b.test'],
    ]);
  });

  test('have the certificate of the client in place of one that a trusted peer names', () => {
    const named: HeaderField[] = [
      ['Client-Cert', ':eA==:'],
      ['Client-Cert-Chain', ':eA==:'],
    ];
    const clientCertificate = Buffer.from('der');
    for (const isTrustedPeer of [true, false]) {
      const fields = forwarded(named, { isTrustedPeer, clientCertificate });
      expect(fields).toEqual([...own, ['Client-Cert', ':ZGVy:']]);
    }
  });

  test.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '::ffff:c000:201'],
    ['::1', '::1'],
    ['2001:db8::ffff:1', '2001:db8::ffff:1'],
  ])('name the peer %s as %s', (peerAddress, named) => {
    expect(forwarded([], { peerAddress })[0]).toEqual(['X-Forwarded-For', named]);
  });
});
