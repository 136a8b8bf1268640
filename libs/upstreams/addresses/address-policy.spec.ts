import { describe, expect, test } from 'vitest';
import type { AddressRange } from '#libs/addresses';
import { createAddressPolicy } from './address-policy.js';

const strict = createAddressPolicy([]);

describe('without an allow-list', () => {
  test.each([
    ['a public IPv4 address', '93.184.215.14'],
    ['the last address before 10/8', '9.255.255.255'],
    ['the first one after 10/8', '11.0.0.0'],
    ['the last one before 100.64/10', '100.63.255.255'],
    ['the first one after 100.64/10', '100.128.0.0'],
    ['the last one before 172.16/12', '172.15.255.255'],
    ['the first one after 172.16/12', '172.32.0.0'],
    ['the last one before multicast', '223.255.255.255'],
    ['a public IPv6 address', '2606:4700:4700::1111'],
    ['a public address, IPv4-mapped', '::ffff:93.184.215.14'],
    ['a public address behind NAT64', '64:ff9b::93.184.215.14'],
    ['a public address behind 6to4', '2002:5db8:d70e::1'],
    ['a public address behind Teredo', '2001:0:4136:e378:8000:63bf:a247:28f1'],
  ])('%s may be dialed: %s', (_name, address) => {
    expect(strict.isAllowed(address)).toBe(true);
  });

  test.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['private use', '10.0.0.5'],
    ['private use', '172.16.0.1'],
    ['private use', '172.31.255.255'],
    ['private use', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT', '100.127.255.255'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local: the metadata service of clouds', '169.254.169.254'],
    ['protocol assignments', '192.0.0.1'],
    ['documentation', '192.0.2.1'],
    ['AS112', '192.31.196.1'],
    ['AMT', '192.52.193.1'],
    ['6to4 relays', '192.88.99.1'],
    ['AS112', '192.175.48.1'],
    ['benchmarking', '198.19.255.255'],
    ['documentation', '198.51.100.1'],
    ['documentation', '203.0.113.1'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback at length', '0:0:0:0:0:0:0:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['IPv4-compatible, public', '::93.184.215.14'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped in hexadecimal', '::ffff:a00:5'],
    ['IPv4-translated', '::ffff:0:10.0.0.5'],
    ['NAT64 to a private address', '64:ff9b::10.0.0.5'],
    ['NAT64 to loopback', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::93.184.215.14'],
    ['discard', '100::1'],
    ['Teredo with a private server', '2001:0:a00:5:8000:63bf:a247:28f1'],
    ['Teredo with a private client', '2001:0:4136:e378:8000:63bf:3f57:fefe'],
    ['benchmarking', '2001:2::1'],
    ['ORCHID', '2001:20::1'],
    ['documentation', '2001:db8::1'],
    ['6to4 to a private address', '2002:a00:5::1'],
    ['6to4 to loopback', '2002:7f00:1::1'],
    ['AS112', '2620:4f:8000::1'],
    ['documentation', '3fff::1'],
    ['segment routing', '5f00::1'],
    ['not handed out', '4000::1'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['public with a zone', '2606:4700:4700::1111%eth0'],
    ['site-local', 'fec0::1'],
    ['multicast', 'ff02::1'],
  ])('%s is refused: %s', (_name, address) => {
    expect(strict.isAllowed(address)).toBe(false);
  });

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '010.0.0.1',
    '1.2.3',
    '[::1]',
    '1.1.1.1 ',
    '1.1.1.1/8',
  ])('text that is not an address is refused: "%s"', (address) => {
    expect(strict.isAllowed(address)).toBe(false);
  });
});

describe('with an allow-list', () => {
  const range = (address: string, prefixLength: number, family: AddressRange['family']): AddressRange => {
    return { address, prefixLength, family };
  };

  test('a listed address may be dialed, in every form in which it can be written', () => {
    const policy = createAddressPolicy([range('10.0.0.0', 24, 'ipv4'), range('fd00::', 8, 'ipv6')]);
    for (const address of ['10.0.0.5', '::ffff:10.0.0.5', '64:ff9b::10.0.0.5', '2002:a00:5::1', 'fd00::5']) {
      expect(policy.isAllowed(address)).toBe(true);
    }
    for (const address of ['10.0.1.5', '::ffff:10.0.1.5', '127.0.0.1', '::1', 'fe80::1']) {
      expect(policy.isAllowed(address)).toBe(false);
    }
  });

  test('public addresses may still be dialed with an allow-list', () => {
    expect(createAddressPolicy([range('127.0.0.1', 32, 'ipv4')]).isAllowed('93.184.215.14')).toBe(true);
  });

  test('a range written as IPv4-mapped is the IPv4 range', () => {
    const policy = createAddressPolicy([range('::ffff:10.0.0.0', 104, 'ipv6')]);
    expect(policy.isAllowed('10.1.2.3')).toBe(true);
    expect(policy.isAllowed('11.0.0.1')).toBe(true);
    expect(policy.isAllowed('192.168.0.1')).toBe(false);
  });

  test('a prefix that embeds IPv4 addresses may be listed itself', () => {
    const policy = createAddressPolicy([range('64:ff9b:1::', 48, 'ipv6')]);
    expect(policy.isAllowed('64:ff9b:1::10.0.0.5')).toBe(true);
  });

  test('listing all of IPv6 does not allow all of IPv4', () => {
    const policy = createAddressPolicy([range('::', 0, 'ipv6')]);
    expect(policy.isAllowed('::1')).toBe(true);
    expect(policy.isAllowed('127.0.0.1')).toBe(false);
    expect(policy.isAllowed('::ffff:127.0.0.1')).toBe(false);
  });
});
