import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { AddressRange } from './address-range.js';
import { createClientAddressReader } from './client-address.js';

const trusted: AddressRange[] = [
  { address: '10.0.0.0', prefixLength: 8, family: 'ipv4' },
  { address: 'fd00::', prefixLength: 8, family: 'ipv6' },
];
const read = createClientAddressReader(trusted);

function from(forwardedFor: string | string[] | undefined): { headers: IncomingHttpHeaders } {
  return { headers: { 'x-forwarded-for': forwardedFor } };
}

describe('createClientAddressReader', () => {
  test.each<[string, string | string[] | undefined, string]>([
    // Header fields of untrusted peers are ignored.
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['2001:db8:0::1', undefined, '2001:db8::1'],
    // The first untrusted address from the right is the client.
    ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '203.0.113.9, 198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '203.0.113.9, 198.51.100.7,10.0.0.2', '198.51.100.7'],
    ['10.0.0.1', ['203.0.113.9', '198.51.100.7, 10.0.0.2'], '198.51.100.7'],
    ['::ffff:10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['fd00::1', '2001:DB8::0:7', '2001:db8::7'],
    ['10.0.0.1', 'nonsense, 198.51.100.7', '198.51.100.7'],
    // If all addresses are trusted, the leftmost is the client.
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    // With a port.
    ['10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
    ['10.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
    // No list, or a malformed entry before a client was found: the peer is the client.
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7, nonsense', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7, nonsense, 10.0.0.2', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7,', '10.0.0.1'],
    ['10.0.0.1', '198.51.100', '10.0.0.1'],
    ['10.0.0.1', '0198.51.100.7', '10.0.0.1'],
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['not an address', '198.51.100.7', 'not an address'],
  ])('for the peer %s and X-Forwarded-For %j the client is %s', (peer, forwardedFor, expected) => {
    expect(read(peer, from(forwardedFor)).clientAddress).toBe(expected);
  });

  test('the peer is reported beside the client, as IPv4 if it is mapped', () => {
    expect(read('::ffff:10.0.0.1', from('198.51.100.7'))).toEqual({
      clientAddress: '198.51.100.7',
      peerAddress: '10.0.0.1',
      isTrustedPeer: true,
    });
  });

  test('the reader reports whether the peer is trusted', () => {
    expect(read('10.0.0.1', from(undefined)).isTrustedPeer).toBe(true);
    expect(read('::ffff:10.0.0.1', from(undefined)).isTrustedPeer).toBe(true);
    expect(read('192.0.2.1', from(undefined)).isTrustedPeer).toBe(false);
    expect(createClientAddressReader([])('10.0.0.1', from(undefined)).isTrustedPeer).toBe(false);
  });

  test('the header fields of a request are read only if the peer is trusted', () => {
    const headers = vi.fn(() => ({ 'x-forwarded-for': '198.51.100.7' }));
    const request = Object.defineProperty({ headers: {} }, 'headers', { get: headers });
    expect(read('192.0.2.1', request).clientAddress).toBe('192.0.2.1');
    expect(headers).not.toHaveBeenCalled();
    expect(read('10.0.0.1', request).clientAddress).toBe('198.51.100.7');
  });

  test('an entry that the client wrote is never used as its address', () => {
    fc.assert(
      fc.property(fc.string(), (forged) => {
        expect(read('10.0.0.1', from(`${forged}, 198.51.100.7`)).clientAddress).toBe('198.51.100.7');
        expect(read('198.51.100.7', from(forged)).clientAddress).toBe('198.51.100.7');
      }),
    );
  });
});
