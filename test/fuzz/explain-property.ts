import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  explanationBy,
  explainableRequest,
  verdictOfAnswer,
  verdictOfExplanation,
} from '../support/explained-request.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { openSocket } from '../support/raw-request.js';
import { untilClosed } from '../attack/received.js';
import { fuzzProperty, type FuzzProperty } from './fuzz-property.js';

interface World {
  world: GatewayWorld;
  /** Stands for the text `KEY` in a case. */
  keys: Readonly<Record<string, string>>;
}

const targets = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        '/open',
        '/keyed',
        '/origin',
        '/rooms',
        '/7',
        '/..',
        '/.',
        '//',
        '/%2e',
        '/%2F',
        '/a;b',
        '/%5c',
      ),
      { minLength: 1, maxLength: 4 },
    ),
    fc.constantFrom('', '', '?x=1', '?api_key=KEY', '?api_key=SLC', '?x=1&x=2', '?ticket=slt_none', '?'),
  )
  .map(([path, query]) => path.join('') + query);

// The first value of each is that of an ordinary handshake.
const handshakeFields: Readonly<Record<string, readonly string[]>> = {
  Host: ['chat.test', 'CHAT.test:80', 'other.test', 'suspended.test', 'a b', ''],
  Upgrade: ['websocket', 'WebSocket', 'h2c', 'websocket, h2c'],
  Connection: ['Upgrade', 'keep-alive, Upgrade', 'close', 'Upgrade, X-Api-Key'],
  'Sec-WebSocket-Key': ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZR==', 'short'],
  'Sec-WebSocket-Version': ['13', '8', '13, 8'],
};
const otherFields = fc.constantFrom(
  'Origin: https://acme.example',
  'Origin: https://evil.example',
  'Authorization: Bearer KEY',
  'Authorization: Bearer READER',
  'Authorization: Bearer SLC',
  'Authorization: Basic YTpi',
  'X-Api-Key: KEY',
  'X_Api_Key: KEY',
  'Sec-WebSocket-Protocol: chat',
  'Sec-WebSocket-Protocol: sluice.key.KEY, chat',
  'Sec-WebSocket-Extensions: permessage-deflate',
  'Sec-WebSocket-Extensions: ;',
  'Content-Length: 0',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Via: 1.1 FLEET',
  'Via: 1.1 proxy (unclosed',
  'X-Beta: on',
  'X-Forwarded-For: 10.0.0.1',
  'Cookie: a=b',
);
const base = fc.tuple(
  ...Object.entries(handshakeFields).map(([name, [ordinary = '', ...others]]) =>
    fc.oneof(
      { weight: 20, arbitrary: fc.constant([`${name}: ${ordinary}`]) },
      { weight: 2, arbitrary: fc.constantFrom(...others).map((value) => [`${name}: ${value}`]) },
      { weight: 1, arbitrary: fc.constantFrom([], [`${name}: ${ordinary}`, `${name}: ${ordinary}`]) },
    ),
  ),
);
const heads = fc
  .tuple(targets, base, fc.array(otherFields, { maxLength: 4 }))
  .map(([target, fields, others]) =>
    [`GET ${target} HTTP/1.1`, ...fields.flat(), ...others, '', ''].join('\r\n'),
  );

export function explainsAsItAnswers(): FuzzProperty {
  let started: Promise<World> | null = null;
  return fuzzProperty({
    name: 'explains-as-it-answers',
    claim: 'the explanation of a handshake has the verdict of a real one',
    share: 0.1,
    cases: heads,
    holds: async (template) => {
      const { world, keys } = await (started ??= start());
      const head = Object.entries(keys).reduce(
        (text, [name, value]) => text.replaceAll(name, value),
        template,
      );
      const request = explainableRequest(Buffer.from(head));
      assert.ok(request, 'the generated head is not valid');
      const explained = verdictOfExplanation(await explanationBy(world, request));
      const client = await openSocket(world.port);
      const received = untilClosed(client);
      client.write(head);
      assert.equal(explained, verdictOfAnswer((await received).text));
    },
    close: async () => {
      const open = await started;
      started = null;
      await open?.world.close();
    },
  });
}

// No upstream accepts connections, so a request that is dialed ends with 502 `upstream_refused`.
async function start(): Promise<World> {
  const world = await GatewayWorld.start({ SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32' });
  const tenant = await world.tenant();
  const host = 'chat.test';
  await world.route(tenant, { match: { host, path: '/open' } });
  await world.route(tenant, { match: { host, path: '/open/7', encodedSlash: 'pass' }, auth: {} });
  await world.route(tenant, { match: { host, path: '/keyed' }, auth: {} });
  await world.route(tenant, { match: { host, path: '/rooms/:room', pathType: 'template' } });
  const headers = [{ name: 'X-Beta', value: 'on' }];
  await world.route(tenant, { match: { host, path: '/rooms', headers } });
  await world.route(tenant, { match: { host, path: '/origin' }, allowedOrigins: ['https://acme.example'] });
  await world.route(tenant, {
    match: { host: 'other.test', path: '/' },
    upstreams: [{ url: 'ws://10.0.0.5:9' }],
  });
  const suspended = await world.tenant({ slug: 'suspended', status: 'suspended' });
  await world.route(suspended, { match: { host: 'suspended.test', path: '/' } });
  const { key } = await world.apiKey(tenant);
  const reader = await world.apiKey(tenant, { scopes: ['read'] });
  return { world, keys: { KEY: key, READER: reader.key, SLC: 'slc_wrong', FLEET: world.fleetId } };
}
