import assert from 'node:assert/strict';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import { joinsAndEnds, onRequest } from '../upstream-behaviours.js';
import { parseAnswer } from '../../support/raw-request.js';
import type { Sandbox } from '../sandbox.js';
import { RestError } from '../../support/rest-client.js';
import type { CountingUpstream } from '../../support/counting-upstream.js';
import { expectOneAnswer, expectOneRequest, expectRefusal } from '../expectations.js';

// The bound for each request, as in docs/life-of-a-connection.md.
/** The first upstream, and `retries.attempts` others. */
const maxUpstreams = 3;

// The gateway may dial 127.0.0.1 and no other special address. An upstream listens on every address of this
// machine.

function forbidden(name: string, hostname: string, options: Partial<AttackCase> = {}): AttackCase {
  return {
    name,
    ...options,
    run: async (sandbox) => {
      const upstream = await prepareUnlessRefused(sandbox, hostname);
      if (!upstream) return;
      expectRefusal(await sandbox.send(sandbox.handshake()), 502, 'upstream_forbidden_address');
      assert.equal(upstream.connections, 0);
    },
  };
}

/** Null if the API rejects the URL, so that no gateway gets it. */
async function prepareUnlessRefused(sandbox: Sandbox, hostname: string): Promise<CountingUpstream | null> {
  try {
    return await sandbox.prepare({
      isEverywhere: true,
      route: ({ url }) => ({ upstreams: [{ url: `ws://${hostname}:${new URL(url).port}` }] }),
    });
  } catch (error) {
    if (error instanceof RestError && error.status === 422) return null;
    throw error;
  }
}

const literals: AttackCase[] = [
  ['a loopback address', '127.0.0.2'],
  ['loopback in decimal', '2130706434'],
  ['loopback in hexadecimal', '0x7f000002'],
  ['loopback in upper case hexadecimal', '0X7F000002'],
  ['loopback in octal', '017700000002'],
  ['loopback in dotted octal', '0177.0.0.02'],
  ['loopback in dotted hexadecimal', '0x7f.0x0.0x0.0x2'],
  ['loopback in two parts', '127.2'],
  ['loopback in three parts', '127.0.2'],
  ['loopback with a trailing dot', '127.0.0.2.'],
  ['loopback, percent-encoded', '%31%32%37%2e0.0.2'],
  ['the unspecified address of IPv4', '0.0.0.0'],
  ['the unspecified address of IPv4 as 0', '0'],
  ['IPv6 loopback', '[::1]'],
  ['IPv6 loopback, written out', '[0:0:0:0:0:0:0:1]'],
  ['the unspecified address of IPv6', '[::]'],
  ['IPv4-mapped loopback', '[::ffff:127.0.0.2]'],
  ['IPv4-mapped loopback in hexadecimal', '[::ffff:7f00:2]'],
  ['IPv4-compatible loopback', '[::127.0.0.2]'],
  ['IPv4-translated loopback', '[::ffff:0:127.0.0.2]'],
  ['loopback behind NAT64', '[64:ff9b::127.0.0.2]'],
  ['loopback behind NAT64 in hexadecimal', '[64:ff9b::7f00:2]'],
  ['loopback behind a local NAT64', '[64:ff9b:1::7f00:2]'],
  ['loopback in 6to4', '[2002:7f00:2::]'],
  ['loopback as a Teredo server', '[2001:0:7f00:2::]'],
  ['loopback as a Teredo client', '[2001:0:808:808:0:0:80ff:fffd]'],
  ['cloud metadata', '169.254.169.254'],
  ['cloud metadata in decimal', '2852039166'],
  ['cloud metadata, IPv4-mapped', '[::ffff:a9fe:a9fe]'],
  ['cloud metadata over IPv6', '[fd00:ec2::254]'],
  ['a private address of class A', '10.0.0.1'],
  ['a private address of class B', '172.16.0.1'],
  ['a private address of class C', '192.168.0.1'],
  ['a shared address', '100.64.0.1'],
  ['a benchmarking address', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['an IPv6 link-local address', '[fe80::1]'],
  ['an IPv6 unique local address', '[fc00::1]'],
  ['an IPv6 site-local address', '[fec0::1]'],
  ['an IPv6 multicast address', '[ff02::1]'],
  ['an IPv6 documentation address', '[2001:db8::1]'],
].map(([name = '', hostname = '']) => forbidden(`${name}: ${hostname}`, hostname));

const names: AttackCase[] = [
  ['a name that resolves to a loopback address', '127-0-0-2.names.test'],
  ['a name that resolves to IPv4 and IPv6 loopback, like localhost', '127-0-0-2.xx1.names.test'],
  ['a name that resolves to IPv4-mapped loopback', 'xxffffx7f00x2.names.test'],
  [
    'a name that resolves to several special addresses',
    '10-0-0-1.169-254-169-254.127-0-0-2.192-168-1-1.xx1.names.test',
  ],
  ['a name that resolves to cloud metadata', '169-254-169-254.names.test'],
  ['a name with a trailing dot that resolves to a loopback address', '127-0-0-2.names.test.'],
].map(([name = '', hostname = '']) => forbidden(name, hostname, { needsStubResolver: true }));

/**
 * Dials names that resolve to several addresses, or to other addresses at the next look-up. `outcomes` are
 * the answers to successive requests, each once the name is resolved again. Only 127.0.0.1 may be reached.
 */
function dialed(name: string, hostname: string, outcomes: readonly (101 | 502)[]): AttackCase {
  return {
    name,
    needsStubResolver: true,
    isRebinding: hostname.includes('.then.'),
    run: async (sandbox) => {
      const reached: (string | undefined)[] = [];
      const upstream = await sandbox.prepare({
        isEverywhere: true,
        upstream: (socket) => {
          reached.push(socket.localAddress?.replace('::ffff:', ''));
          joinsAndEnds(socket);
        },
        route: ({ url }) => ({ upstreams: [{ url: `ws://${hostname}:${new URL(url).port}` }] }),
      });
      let joined = 0;
      for (const status of outcomes) {
        let answered: number;
        do {
          const { text } = await sandbox.send(sandbox.handshake());
          answered = parseAnswer(text).status;
          expectOneAnswer(text, answered);
          assert.ok(answered === 101 || answered === 502, text);
          if (answered === 101) joined += 1;
        } while (answered !== status);
      }
      assert.deepEqual(new Set(reached), new Set(outcomes.includes(101) ? ['127.0.0.1'] : []));
      assert.equal(upstream.connections, joined);
    },
  };
}

const manyAnswers: AttackCase[] = [
  dialed(
    'a name with several addresses, of which only the last may be dialed',
    '10-0-0-1.127-0-0-2.xx1.127-0-0-1.names.test',
    [101],
  ),
  dialed(
    'a name with several addresses, of which only the first may be dialed',
    '127-0-0-1.127-0-0-2.169-254-169-254.names.test',
    [101],
  ),
  dialed(
    'a name that is rebound to a special address',
    '127-0-0-1.then.127-0-0-2.names.test',
    [101, 502, 502],
  ),
  dialed('a name that is rebound to an allowed address', '127-0-0-2.then.127-0-0-1.names.test', [502, 101]),
  dialed(
    'a name that is rebound to special and allowed addresses',
    '127-0-0-1.then.127-0-0-2.127-0-0-1.names.test',
    [101, 101],
  ),
  {
    name: 'several upstreams, of which only one may be dialed',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        isEverywhere: true,
        route: ({ url }) => ({ upstreams: [{ url: url.replace('127.0.0.1', '127.0.0.2') }, { url }] }),
      });
      expectOneAnswer((await sandbox.send(sandbox.handshake())).text, 101);
      expectOneRequest(upstream, { has: [/\r\nHost: 127\.0\.0\.1:/] });
    },
  },
];

const manyAttempts: AttackCase[] = [
  {
    name: '64 upstreams that all close the connection without an answer, for one request',
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        upstream: onRequest((socket) => socket.destroy()),
        route: ({ url }) => ({
          upstreams: Array.from({ length: 64 }, (_, index) => ({ url: `${url}/${index}` })),
        }),
      });
      expectRefusal(await sandbox.send(sandbox.handshake()), 502, 'upstream_bad_handshake');
      assert.equal(upstream.connections, maxUpstreams);
    },
  },
];

/** A route to the gateway itself would make it dial itself until resources run out. */
const itself: AttackCase[] = [
  { hostname: '127.0.0.1' },
  { hostname: '[::ffff:127.0.0.1]' },
  { hostname: '127-0-0-1.names.test', needsStubResolver: true },
  { hostname: '127-0-0-2.127-0-0-1.names.test', needsStubResolver: true },
].flatMap(({ hostname, ...options }) =>
  (['port', 'adminPort'] as const).map((port) => ({
    name: `the gateway's own ${port === 'port' ? 'client listener' : 'admin listener'} as upstream, as ${hostname}`,
    ...options,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({
        route: ({ url }) => ({
          upstreams: [
            { url: `ws://${hostname}:${sandbox.gateway[port]}` },
            { url: url.replace('127.0.0.1', '127.0.0.2') },
          ],
        }),
      });
      expectRefusal(await sandbox.send(sandbox.handshake()), 502, 'upstream_forbidden_address');
      assert.equal(upstream.connections, 0);
    },
  })),
);

const unacceptable: AttackCase[] = [
  'ws://127.0.0.1@127.0.0.2/',
  'ws://127.0.0.1:80@127.0.0.2/',
  'ws://127.0.0.1\\@127.0.0.2/',
  'ws://@127.0.0.2/',
  'ws://127.0.0.1#@127.0.0.2/',
  'ws://127.0.0.1?@127.0.0.2/',
  'ws:127.0.0.2',
  'ws:\\\\127.0.0.2',
  'ftp://127.0.0.2/',
  'file:///etc/passwd',
  'unix:/run/docker.sock',
  'ws+unix:/run/docker.sock',
  ' ws://127.0.0.2/',
  'ws://127.0.0.2/\r\nX: y',
  'ws://127.0.\t0.2/',
  'ws://\uff11\uff12\uff17.0.0.2/',
  'ws://127\u30020\u30020\u30022/',
  'ws://\u2460\u2461\u2466.0.0.2/',
  'ws://[fe80::1%25lo]/',
  'ws://[::1/',
  'ws://256.0.0.1/',
  'ws://127.0.0.1:0/',
  'ws://127.0.0.1:65536/',
  'ws://127.0.0.1:-1/',
  'ws:///',
  'ws://127.0.0.1/..%2fadmin',
  'ws://127.0.0.1/public/..;/admin',
].map((url) => ({
  name: `the invalid upstream URL ${JSON.stringify(url)}`,
  run: async ({ gateway, host }) => {
    await assert.rejects(gateway.publish({ match: { host, path: '/' }, upstreams: [{ url }] }));
  },
}));

export const addresses: AttackFamily = {
  name: 'addresses of upstreams',
  cases: [...literals, ...names, ...manyAnswers, ...manyAttempts, ...itself, ...unacceptable],
};
