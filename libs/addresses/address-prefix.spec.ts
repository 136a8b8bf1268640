import { expect, test } from 'vitest';
import { addressPrefix } from './address-prefix.js';

const lengths = { ipv4: 20, ipv6: 64 };

test.each([
  ['10.1.16.1', '10.1.31.255'],
  ['10.1.16.1', '::ffff:10.1.17.1'],
  ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:ffff:ffff:ffff'],
])('%s and %s are in one network', (one, other) => {
  expect(addressPrefix(one, lengths)).toBe(addressPrefix(other, lengths));
});

test.each([
  ['10.1.15.255', '10.1.16.0'],
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['not an address', 'another'],
])('%s and %s are in two networks', (one, other) => {
  expect(addressPrefix(one, lengths)).not.toBe(addressPrefix(other, lengths));
});

test('the whole address counts with its whole length', () => {
  const whole = { ipv4: 32, ipv6: 128 };
  expect(addressPrefix('10.1.16.1', whole)).not.toBe(addressPrefix('10.1.16.2', whole));
  expect(addressPrefix('fe80::1', whole)).not.toBe(addressPrefix('fe80::2', whole));
});
