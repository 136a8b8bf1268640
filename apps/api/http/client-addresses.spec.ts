import { afterEach, expect, test } from 'vitest';
import { refusalOf } from '../../../test/support/api-socket.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

const behindProxies = { SLUICE_TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' };

let api: ApiUnderTest;
afterEach(() => api.remove());

test.each([
  [{ 'x-forwarded-for': '192.0.2.1, 198.51.100.7, 10.0.0.9' }, '198.51.100.7'],
  [{ 'x-forwarded-for': '198.51.100.7', forwarded: 'for=192.0.2.1' }, '198.51.100.7'],
  [{ forwarded: 'for=192.0.2.1, for="[2001:db8::7]:4711";proto=https' }, '2001:db8::7'],
  [{ 'x-forwarded-for': '198.51.100.7, garbage' }, '127.0.0.1'],
  [{ 'x-real-ip': '192.0.2.1' }, '127.0.0.1'],
])('with %j from a trusted proxy the audit trail has the address %s', async (headers, expected) => {
  api = await ApiUnderTest.start({ environment: behindProxies });
  expect(await auditedAddress(headers)).toBe(expected);
});

test('forwarding header fields count only from a trusted proxy', async () => {
  api = await ApiUnderTest.start({ environment: { SLUICE_TRUSTED_PROXIES: '10.0.0.0/8' } });
  expect(await auditedAddress({ 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.7' })).toBe(
    '127.0.0.1',
  );
});

test('failed attempts through a proxy block only the address of their client, over REST and WebSocket', async () => {
  api = await ApiUnderTest.start({ environment: behindProxies });
  const statusFor = async (address: string): Promise<number> => {
    const extras = { token: 'wrong', headers: { 'x-forwarded-for': address } };
    return (await api.request('GET', '/v1/tenants', undefined, extras)).status;
  };
  const socketStatusFor = async (address: string): Promise<number> => {
    const headers = { 'x-forwarded-for': address };
    return (await refusalOf(api, '/v1/events', { token: 'wrong', headers })).status;
  };
  for (let index = 0; index < 10; index += 1) {
    // The client's own entries stand left of the proxy's entry.
    expect(await statusFor(`192.0.2.${index}, 198.51.100.7`)).toBe(401);
    expect(await socketStatusFor(`192.0.2.${index}, 198.51.100.7`)).toBe(401);
  }
  expect([await statusFor('198.51.100.7'), await socketStatusFor('198.51.100.7')]).toEqual([429, 429]);
  expect([await statusFor('198.51.100.8'), await socketStatusFor('198.51.100.8')]).toEqual([401, 401]);
});

async function auditedAddress(headers: Record<string, string>): Promise<string | null | undefined> {
  await api.request('POST', '/v1/tenants', { slug: 'acme' }, { headers });
  return (await api.audited('tenant.create')).at(0)?.clientAddress;
}
