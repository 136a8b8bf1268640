import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import type { LookupAddresses } from './dial-options.js';
import { previewDial } from './preview-dial.js';

const loopback = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);

function preview(urls: readonly string[], lookup: LookupAddresses = known({}), maxTried = 3) {
  const endpoints = urls.map(parseUpstreamEndpoint);
  return previewDial({ endpoints, maxTried, policy: loopback, lookup, connectMs: 60_000 });
}

/** Looks names up in `names`; with `refresh` in `current` first. */
function known(names: Record<string, string[]>, current: Record<string, string[]> = {}): LookupAddresses {
  return vi.fn((name: string, options?: { refresh: boolean }) => {
    const found = (options?.refresh === true ? current[name] : undefined) ?? names[name];
    if (found === undefined) return Promise.reject(new Error('no such name'));
    return Promise.resolve(found.map((address) => ({ address })));
  });
}

test('connects to nothing, and ends at the first upstream with an allowed address', async () => {
  const server = createServer();
  const connected = vi.fn();
  server.on('connection', connected);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { previews, failure } = await preview(['ws://10.0.0.5', `ws://127.0.0.1:${port}`, 'ws://127.0.0.2']);
  server.close();
  await once(server, 'close');
  expect(failure).toBeNull();
  expect(previews.map(({ addresses, failure: reason }) => [addresses, reason?.code ?? null])).toEqual([
    [[{ address: '10.0.0.5', isAllowed: false }], 'upstream_forbidden_address'],
    [[{ address: '127.0.0.1', isAllowed: true }], null],
  ]);
  expect(connected).not.toHaveBeenCalled();
});

test('judges each address of a name, of which one is enough', async () => {
  const lookup = known({ 'upstream.test': ['10.0.0.5', '127.0.0.1'] });
  const { previews, failure } = await preview(['ws://upstream.test'], lookup);
  expect(failure).toBeNull();
  expect(previews[0]?.addresses).toEqual([
    { address: '10.0.0.5', isAllowed: false },
    { address: '127.0.0.1', isAllowed: true },
  ]);
  expect(lookup).toHaveBeenCalledTimes(1);
});

test('resolves a name again if no kept address is allowed, as a dial does', async () => {
  const lookup = known({ 'upstream.test': ['10.0.0.5'] }, { 'upstream.test': ['127.0.0.1'] });
  const { previews, failure } = await preview(['ws://upstream.test'], lookup);
  expect([previews[0]?.addresses, failure]).toEqual([[{ address: '127.0.0.1', isAllowed: true }], null]);
});

test('without an allowed address, the failure is that of the dial, and no more are tried than a dial tries', async () => {
  const lookup = known({ 'upstream.test': ['10.0.0.5'] });
  const urls = ['ws://gone.test', 'ws://upstream.test', 'ws://127.0.0.1'];
  const { previews, failure } = await preview(urls, lookup, 2);
  expect(previews.map(({ failure: reason }) => reason?.code)).toEqual([
    'upstream_refused',
    'upstream_forbidden_address',
  ]);
  expect(failure?.code).toBe('upstream_forbidden_address');
  expect(await preview([])).toEqual({ previews: [], failure: null });
});
