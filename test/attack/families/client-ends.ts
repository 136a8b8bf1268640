import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { Sandbox } from '../sandbox.js';
import type { AttackCase, AttackFamily } from '../attack-case.js';
import {
  joins,
  onRequest,
  pours,
  answers,
  staysSilent,
  switching,
  type Behaviour,
} from '../upstream-behaviours.js';
import { expectOneAnswer } from '../expectations.js';
import type { RouteFields } from '../attack-target.js';
import { until } from '../until.js';
import { untilClosed, untilReceived } from '../received.js';
import type { CountingUpstream } from '../../support/counting-upstream.js';

type Leave = (client: Socket) => void;

const closes: readonly (readonly [way: string, leave: Leave])[] = [
  ['a FIN', (client) => client.end()],
  ['a RST', (client) => client.resetAndDestroy()],
];

/** The point of a connection at which the client closes it. */
interface Step {
  when: string;
  upstream?: Behaviour;
  route?: (upstream: CountingUpstream) => RouteFields;
  needsStubResolver?: true;
  /** The gateway dials no upstream before this point. */
  isNoRequest?: true;
  /** Resolves when the connection has reached this point. */
  reach(client: Socket, sandbox: Sandbox, upstream: CountingUpstream): Promise<void> | void;
}

const steps: readonly Step[] = [
  { when: 'at once', isNoRequest: true, reach: () => undefined },
  { when: 'in the middle of the request line', isNoRequest: true, reach: sends(() => 'GET / HT') },
  {
    when: 'in the middle of the head',
    isNoRequest: true,
    reach: sends((sandbox) => sandbox.handshake().slice(0, 60)),
  },
  {
    when: 'before the last LF of the head',
    isNoRequest: true,
    reach: sends((sandbox) => sandbox.handshake().slice(0, -1)),
  },
  { when: 'right after the request', reach: sends((sandbox) => sandbox.handshake()) },
  {
    when: 'right after a request that is refused',
    isNoRequest: true,
    reach: sends((sandbox) => sandbox.handshake('/a%00')),
  },
  {
    when: 'right after a request that is not a handshake',
    isNoRequest: true,
    reach: sends(({ host }) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
  },
  { when: 'right after bytes that are not HTTP', isNoRequest: true, reach: sends(() => '\x16\x03\x01') },
  {
    when: 'in the middle of a request body',
    isNoRequest: true,
    reach: sends(({ host }) => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\nabc`),
  },
  {
    when: 'right after CONNECT',
    isNoRequest: true,
    reach: sends(() => 'CONNECT inside.test:80 HTTP/1.1\r\nHost: inside.test\r\n\r\n'),
  },
  {
    when: 'while the upstream is dialed',
    upstream: staysSilent,
    route: overTls,
    reach: async (client, sandbox, upstream) => {
      client.write(sandbox.handshake());
      await until(() => upstream.received !== '');
    },
  },
  {
    when: 'while the name of the upstream is looked up',
    route: () => ({ upstreams: [{ url: 'ws://never.names.test' }], timeouts: { connectMs: 600_000 } }),
    needsStubResolver: true,
    reach: sends((sandbox) => sandbox.handshake()),
  },
  {
    when: 'while the gateway waits for the answer of the upstream',
    upstream: staysSilent,
    reach: async (client, sandbox, upstream) => {
      client.write(sandbox.handshake());
      await until(() => upstream.received.endsWith('\r\n\r\n'));
    },
  },
  {
    when: 'after early bytes, while the gateway waits for the answer of the upstream',
    upstream: staysSilent,
    reach: async (client, sandbox, upstream) => {
      client.write(sandbox.handshake() + 'x'.repeat(100_000));
      await until(() => upstream.received.endsWith('\r\n\r\n'));
    },
  },
  {
    when: 'while the gateway forwards an answer',
    upstream: pours('HTTP/1.1 404 Not Found\r\nContent-Length: 1000000000\r\n\r\n', 'a'.repeat(1000)),
    // A client that has ended only its own side may read on until the answer times out.
    route: () => ({ timeouts: { handshakeMs: 300 } }),
    reach: sees('aaaa'),
  },
  {
    when: 'after a forwarded answer',
    upstream: answers('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno'),
    reach: sees('no'),
  },
  { when: 'after the 101', upstream: joins, reach: sees('\r\n\r\n') },
  {
    when: 'in the middle of a frame header',
    upstream: joins,
    reach: async (client, sandbox, upstream) => {
      await sees('\r\n\r\n')(client, sandbox, upstream);
      client.write(Buffer.from('82', 'hex'));
    },
  },
  {
    when: 'in the middle of a frame',
    upstream: joins,
    reach: async (client, sandbox, upstream) => {
      await sees('\r\n\r\n')(client, sandbox, upstream);
      client.write(Buffer.from('82fe100000000000616263', 'hex'));
      await until(() => upstream.received.endsWith('abc'));
    },
  },
  {
    when: 'after a close frame',
    upstream: joins,
    reach: async (client, sandbox, upstream) => {
      await sees('\r\n\r\n')(client, sandbox, upstream);
      client.write(Buffer.from('88820000000003e8', 'hex'));
      await until(() => upstream.received.endsWith('\x03\xe8'));
    },
  },
];

/**
 * However the client disconnects, both sockets are closed, and the upstream got nothing but the handshake and
 * frames.
 */
function leaves(step: Step, [way, leave]: (typeof closes)[number]): AttackCase {
  const { when, upstream: behaviour = joins, route = () => ({}), needsStubResolver = false } = step;
  return {
    name: `the client disconnects with ${way} ${when}`,
    needsStubResolver,
    run: async (sandbox) => {
      const upstream = await sandbox.prepare({ upstream: behaviour, route });
      const client = await sandbox.connect();
      await step.reach(client, sandbox, upstream);
      client.resume();
      leave(client);
      await until(() => client.closed && upstream.openSockets === 0);
      if (step.isNoRequest) assert.equal(upstream.connections, 0);
      assert.ok(upstream.connections <= 1, 'the upstream was dialed twice');
      // Neither early bytes nor a request after the handshake may reach the upstream.
      assert.doesNotMatch(upstream.received, /xxx|\r\n\r\nGET/);
    },
  };
}

function overTls({ url }: CountingUpstream): RouteFields {
  return { upstreams: [{ url: url.replace('ws:', 'wss:') }] };
}

function sends(bytesOf: (sandbox: Sandbox) => string): Step['reach'] {
  return (client, sandbox) => {
    client.write(bytesOf(sandbox), 'latin1');
  };
}

function sees(wanted: string): Step['reach'] {
  return async (client, sandbox) => {
    client.write(sandbox.handshake());
    await untilReceived(client, wanted);
  };
}

// A text message, and a frame with an unknown opcode.
const messageThenForbidden = Buffer.from('8182000000006869' + '838000000000', 'hex');
const closeFrame1002 = '\x88\x10\x03\xeaprotocol error';

const breaksRule: AttackCase = {
  name: 'a protocol error right after a message: the client gets the answer, and then 1002',
  run: async (sandbox) => {
    const answers = onRequest((socket) => {
      socket.write(switching(), 'latin1');
      socket.once('data', () => socket.write('\x81\x05hello\x88\x02\x03\xe8', 'latin1'));
    });
    const upstream = await sandbox.prepare({ upstream: answers });
    const client = await sandbox.connect();
    const received = untilClosed(client);
    client.write(Buffer.concat([Buffer.from(sandbox.handshake()), messageThenForbidden]));
    const { body } = expectOneAnswer((await received).text, 101);
    assert.equal(body, `\x81\x05hello${closeFrame1002}`);
    assert.match(upstream.received, /\x81\x82\0{4}hi\x88\x90.{20}$/s);
  },
};

/**
 * The longest time that the gateway waits for two peers that do not answer its close frames, plus tolerance
 * for a slow machine.
 */
const maxHeldMs = 20_000;

const breaksRuleAndStays: AttackCase = {
  name: 'a protocol error of the client, after which neither it nor the upstream closes',
  isSlow: true,
  run: async (sandbox) => {
    const upstream = await sandbox.prepare({ upstream: joins });
    const client = await sandbox.connect();
    client.write(Buffer.concat([Buffer.from(sandbox.handshake()), messageThenForbidden]));
    await untilReceived(client, '\r\n\r\n');
    const sinceMs = performance.now();
    client.resume();
    await until(() => upstream.openSockets === 0);
    assert.ok(performance.now() - sinceMs < maxHeldMs, 'the connection was held for longer');
  },
};

export const clientEnds: AttackFamily = {
  name: 'a client that disconnects',
  cases: [...steps.flatMap((step) => closes.map((way) => leaves(step, way))), breaksRule, breaksRuleAndStays],
};
