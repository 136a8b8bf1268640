import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NameServer, type NameAnswer } from '../../../test/support/name-server.js';
import { openSocketsOf } from '../../../test/support/open-sockets.js';
import { createAddressPolicy } from '../addresses/address-policy.js';
import { dialFirst } from '../dialing/dial-upstreams.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import { NameResolver } from './name-resolver.js';

const policy = createAddressPolicy([{ address: '127.0.0.0', prefixLength: 8, family: 'ipv4' }]);
const known: NameAnswer = { ipv4: ['127.0.0.1'], ttlSeconds: 1 };
const minuteMs = 60_000;
const failureLifeMs = 5000;

let names: NameServer;
let upstream: Server;
let resolver: NameResolver;
let nowMs: number;

beforeEach(async () => {
  names = await NameServer.start({ 'upstream.test': known });
  upstream = createServer();
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  nowMs = 0;
  resolver = new NameResolver({
    servers: [names.address],
    // A second query follows, with twice the timeout.
    timeoutMs: 500,
    hostsPath: '/dev/null',
    resolvConfPath: '/dev/null',
    askSystem: (name) => Promise.reject(Object.assign(new Error(`unknown: ${name}`), { code: 'ENOTFOUND' })),
    now: () => nowMs,
  });
  expect(await outcome()).toBe('connected');
});

afterEach(async () => {
  await names.stop();
  upstream.close();
});

/** `connected`, or the failure, as the client and the log get it. */
async function outcome(): Promise<string | { code: string; detail: string }> {
  const { port } = upstream.address() as AddressInfo;
  const dialed = await dialFirst({
    endpoints: [parseUpstreamEndpoint(`ws://upstream.test:${port}`)],
    policy,
    lookup: (name, options) => resolver.resolve(name, 'ten_a', options),
    connectMs: 10_000,
  });
  if (!dialed.ok) return { code: dialed.code, detail: dialed.detail };
  const sockets = openSocketsOf(upstream);
  dialed.socket.destroy();
  for (const socket of sockets) socket.destroy();
  return 'connected';
}

describe('a name whose servers do not answer', () => {
  test('is dialed at its last address for five minutes, then requests get the cause, and it is dialed again as soon as it resolves', async () => {
    names.say('upstream.test', 'silent');
    for (const atMs of [2000, minuteMs / 2, minuteMs]) {
      nowMs = atMs;
      expect(await outcome()).toBe('connected');
    }
    nowMs = 6 * minuteMs;
    expect(await outcome()).toEqual({
      code: 'upstream_refused',
      detail: expect.stringMatching(/^upstream\.test was not resolved: .*ETIMEOUT/) as string,
    });
    names.say('upstream.test', known);
    nowMs += failureLifeMs;
    expect(await outcome()).toBe('connected');
  });
});

describe('a name that is removed from DNS', () => {
  test.each<[string, NameAnswer]>([
    ['does not exist', 'unknown'],
    ['has no address', {}],
  ])(
    'and %s for a minute is not dialed, with the cause, and is dialed again after the next query',
    async (_title, answer) => {
      names.say('upstream.test', answer);
      for (const atMs of [2000, minuteMs / 2, minuteMs]) {
        nowMs = atMs;
        // While the first query takes long, the last address is still used.
        await expect.poll(outcome).toEqual({
          code: 'upstream_refused',
          detail: expect.stringMatching(/^upstream\.test was not resolved: .*unknown/) as string,
        });
      }
      names.say('upstream.test', known);
      nowMs += failureLifeMs;
      expect(await outcome()).toBe('connected');
    },
  );
});
