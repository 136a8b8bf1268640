import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { refusalOf } from '../../../test/support/api-socket.js';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { FailedAttempts } from './failed-attempts.js';

const here = '192.0.2.1';

describe('FailedAttempts', () => {
  test('an address is blocked after 20 failures, until one minute after the first', () => {
    const attempts = failing(here, 20);
    expect(attempts.blockedSeconds(here, 'new', 1000)).toBe(59);
    expect(attempts.blockedSeconds('192.0.2.2', 'new', 1000)).toBe(0);
    expect(attempts.blockedSeconds(here, 'new', 60_000)).toBe(0);
    attempts.add(here, 'wrong', 60_000);
    expect(attempts.blockedSeconds(here, 'new', 60_001)).toBe(0);
  });

  test('a credential that was valid is not blocked until it is refused', () => {
    const attempts = failing(here, 20);
    attempts.addSuccess('right');
    expect(attempts.blockedSeconds(here, 'right', 1)).toBe(0);
    attempts.add(here, 'right', 1);
    expect(attempts.blockedSeconds(here, 'right', 1)).toBeGreaterThan(0);
  });

  test('an IPv6 /64 counts as one address, and so does an IPv4-mapped address', () => {
    const attempts = failing('2001:db8:1:2::1', 20);
    expect(attempts.blockedSeconds('2001:db8:1:2:ffff::9', 'new', 1)).toBeGreaterThan(0);
    expect(attempts.blockedSeconds('2001:db8:1:3::1', 'new', 1)).toBe(0);
    expect(failing(here, 20).blockedSeconds(`::ffff:${here}`, 'new', 1)).toBeGreaterThan(0);
  });

  test('the number of stored addresses is bounded, and the least recently used one is dropped', () => {
    const attempts = failing(here, 20);
    for (let index = 0; index < 10_000; index += 1) {
      attempts.add(`10.0.${index >> 8}.${index & 255}`, 'wrong', 1);
    }
    expect(attempts.blockedSeconds(here, 'new', 1)).toBe(0);
  });
});

describe('an address that guesses', () => {
  let api: ApiUnderTest;
  let count = 0;
  beforeEach(async () => {
    api = await ApiUnderTest.start();
    await api.request('POST', '/v1/tenants', { slug: 'acme' });
  });
  afterEach(() => api.remove());

  test('gets 429 over REST and WebSocket without a look-up, while its known valid credentials are still accepted', async () => {
    const known = await makeKey();
    const newcomer = await makeKey();
    expect((await get(known)).status).toBe(200);
    const wrong = `${(await makeKey()).slice(0, -60)}${newcomer.slice(-60)}`;
    for (let index = 0; index < 20; index += 1) expect((await get(wrong)).status).toBe(401);
    const lookUp = vi.spyOn(api.database.read, 'findOneBy');
    const refused = await get(newcomer);
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_failures']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const socket = await refusalOf(api, '/v1/events', { token: newcomer });
    expect(socket).toMatchObject({ status: 429, body: { code: 'too_many_failures' } });
    expect(lookUp).not.toHaveBeenCalled();
    expect((await get(known)).status).toBe(200);
    expect((await api.request('GET', '/v1/tenants')).status).toBe(200);
    expect((await get(null)).status).toBe(401);
    expect((await get(null, '/healthz')).status).toBe(200);
  });

  test('is blocked by failures over a WebSocket as by those over REST', async () => {
    for (let index = 0; index < 20; index += 1) {
      expect(await refusalOf(api, '/v1/events', { token: 'wrong' })).toMatchObject({ status: 401 });
    }
    expect((await get('wrong')).status).toBe(429);
  });

  async function makeKey(): Promise<string> {
    const body = { name: `manager ${(count += 1)}`, scopes: ['manage'] };
    return (await api.request('POST', '/v1/tenants/acme/api-keys', body)).body.key;
  }

  function get(token: string | null, path = '/v1/tenants'): Promise<ApiAnswer> {
    return api.request('GET', path, undefined, { token });
  }
});

function failing(address: string, count: number): FailedAttempts {
  const attempts = new FailedAttempts();
  for (let index = 0; index < count; index += 1) attempts.add(address, `wrong ${index}`, 0);
  return attempts;
}
