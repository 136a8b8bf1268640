import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClientAddressReader } from './client-address.js';
import { forwardedFor } from './forwarded-for.js';

describe('forwardedFor', () => {
  test.each<[string | undefined, string | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    ['198.51.100.7, 10.0.0.2', undefined, '198.51.100.7, 10.0.0.2'],
    // If both fields are present, the more common X-Forwarded-For counts: it is unknown which of
    // the two a proxy has set.
    ['198.51.100.7', 'for=203.0.113.9', '198.51.100.7'],
    ['', 'for=203.0.113.9', '203.0.113.9'],
    [undefined, 'for=203.0.113.9', '203.0.113.9'],
    [undefined, 'For="[2001:db8::7]:4711";proto=https;by=10.0.0.1', '[2001:db8::7]:4711'],
    [undefined, 'proto=https; for=203.0.113.9, for=10.0.0.2;host=a', '203.0.113.9, 10.0.0.2'],
    [undefined, 'for=_hidden, for="203.0.113.9:1"', '_hidden, 203.0.113.9:1'],
    [undefined, 'host="a,for=192.0.2.1";for=203.0.113.9', '203.0.113.9'],
    [undefined, 'host="\\",for=192.0.2.1";for=203.0.113.9', '203.0.113.9'],
    // An element without a valid for parameter, or with two, is an unknown hop.
    [undefined, 'proto=https', 'unknown'],
    [undefined, 'for=203.0.113.9, ', '203.0.113.9, unknown'],
    [undefined, 'for=203.0.113.9;for=192.0.2.1', 'unknown'],
    [undefined, 'for="203.0.113.9,192.0.2.1"', 'unknown'],
    [undefined, 'for="203.0.113.9', 'unknown'],
    [undefined, 'for=192.0.2.1;x=", for=203.0.113.9', 'unknown'],
    [undefined, 'for=192.0.2.1;x=", for="203.0.113.9"', 'unknown'],
    [undefined, 'for=192.0.2.1;x', 'unknown'],
    [undefined, 'for=[2001:db8::7]', '[2001:db8::7]'],
    [undefined, 'for=', 'unknown'],
  ])('X-Forwarded-For %j and Forwarded %j are %j', (list, forwarded, expected) => {
    const headers = {
      ...(list !== undefined && { 'x-forwarded-for': list }),
      ...(forwarded !== undefined && { forwarded }),
    };
    expect(forwardedFor(headers)).toBe(expected);
  });

  test('no text that a client puts into Forwarded replaces the entry of its proxy', () => {
    const range = { address: '10.0.0.0', prefixLength: 8, family: 'ipv4' } as const;
    const read = createClientAddressReader([range]);
    const parts = fc.constantFrom('for=192.0.2.1', 'x', '=', '"', ';', ',', '\\', ' ', '[', 'For');
    const texts = fc.oneof(
      fc.string(),
      fc.array(parts, { maxLength: 8 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('198.51.100.7', '"198.51.100.7"'), (forged, node) => {
        const { clientAddress } = read('10.0.0.1', {
          headers: { forwarded: `${forged}, for=${node}` },
        });
        // After an unclosed quote, the proxy itself counts as the client.
        const isOpen = forged.includes('"') || forged.includes('\\');
        expect(['198.51.100.7', ...(isOpen ? ['10.0.0.1'] : [])]).toContain(clientAddress);
      }),
      { numRuns: 2000 },
    );
  });
});
