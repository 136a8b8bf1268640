import { expect, test } from 'vitest';
import { createAddressMatcher } from './address-ranges.js';

test('an address matches a range in every notation, and other text does not match', () => {
  const matches = createAddressMatcher([
    { address: '192.0.2.0', prefixLength: 24, family: 'ipv4' },
    { address: '2001:db8::', prefixLength: 32, family: 'ipv6' },
  ]);
  expect(['192.0.2.9', '::ffff:192.0.2.9', '2001:DB8::1'].map(matches)).toEqual([true, true, true]);
  expect(['192.0.3.9', '::1', 'x', '', '2001:db8::1%eth0'].map(matches)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('an empty list of ranges matches no address', () => {
  expect(createAddressMatcher([])('192.0.2.1')).toBe(false);
});
