import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  composeUpstreamRequest,
  hasCookies,
  hasToken,
  OrdinaryUpgrade,
  parseUpgradeRequest,
  readRequestHead,
  type UpgradeRequest,
  type UpstreamRequestOptions,
} from '#libs/handshake';
import { UpgradeHeads } from '#libs/engine';
import { leadsElsewhere } from '#libs/routing';
import { loadAddon } from '../../libs/engine/load-addon.js';
import { isCredentialHeader } from '../../libs/pipeline/checks/presented-credential.js';
import { damage, damages } from './damage.js';
import { fuzzProperty } from './fuzz-property.js';
import { fieldsLike, texts, validFields } from './handshake-properties.js';

const maxTargetBytes = 32_768;
const otherFields: readonly (readonly [name: string, value: string])[] = [
  ['X-Api-Key', 'slc_a'],
  ['Authorization', 'Bearer slt_a'],
  ['authorization', 'Basic YTpi'],
  ['Cookie', 'a=b; __Host-sluice_session=c'],
  ['X-Forwarded-For', '192.0.2.1'],
  ['x-original-url', '/admin'],
  ['Forwarded', 'for=192.0.2.1'],
  ['X_Forwarded_For', '192.0.2.1'],
  ['Client-Cert', ':AAAA:'],
  ['X-Real-IP', '192.0.2.1'],
  ['User-Agent', 'a b\tc \x80\xff'],
  ['X-Empty', ''],
  ['Content-Length', '0'],
  ['Keep-Alive', 'timeout=1'],
  ['Via', '1.1 a'],
  ['Pragma', 'no-cache'],
];
const targets = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '/',
      '/socket?room=1',
      '/a?',
      '/a.b/c~d_',
      '/a/',
      '/a;b',
      '/a:b',
      '/a/%2e/b?c?d',
      '/a//b',
      '/a%2Fb',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('/a/..;/b', '/%', '/a#b', '/a\\b', '*', 'http://a/b', '') },
  { weight: 1, arbitrary: texts.map((text) => `/${text}`) },
);
const handshakes = fc.oneof(
  { weight: 3, arbitrary: fc.constant(validFields.filter(([name]) => name !== 'Via')) },
  { weight: 1, arbitrary: fieldsLike(validFields.filter(([name]) => name !== 'Via')) },
);
const separators = fc.oneof(
  { weight: 30, arbitrary: fc.constant(': ') },
  fc.constantFrom(':', ' : ', ':  ', ':\t'),
);
const heads = fc
  .record({
    target: targets,
    fields: handshakes.chain((list) =>
      fc.subarray([...otherFields], { maxLength: 3 }).chain((others) => {
        const all = [...list, ...others];
        return fc.shuffledSubarray(all, { minLength: all.length });
      }),
    ),
    separator: separators,
    damage: fc.array(damages, { maxLength: 1 }),
    early: fc.constantFrom('', 'GET / HTTP/1.1\r\n\r\n', '\x81\x80\0\0\0\0'),
  })
  .map(({ target, fields, separator, damage: damageList, early }) => {
    const lines = fields.map(([name, value]) => `${name}${separator}${value}\r\n`).join('');
    const text = `GET ${target} HTTP/1.1\r\n${lines}\r\n${early}`;
    return damageList.reduce(damage, Buffer.from(text, 'latin1'));
  });
const requestOptions = fc.record({
  isTrustedPeer: fc.boolean(),
  target: fc.constantFrom('/upstream?a=b', '/a\r\nb'),
  host: fc.constantFrom('upstream.test', 'a\r\nb'),
  fleetId: fc.constantFrom(null, 'flt_01jd3x4m5n6p7q8r9s0t1v2w3x'),
  setHeaders: fc.constantFrom<Record<string, string>>({}, {}, { 'X-Tenant': 'a', Host: 'set.test' }),
  removeHeaders: fc.constantFrom<string[]>([], [], ['user-agent']),
  protocols: fc.constantFrom<readonly string[] | null>(null, null, [], ['chat.v1']),
});

/** What the engine reads as an upgrade, TypeScript reads alike, and it goes upstream with the same bytes. */
export const readsUpgradesAlike = fuzzProperty({
  name: 'reads-upgrades-alike',
  claim: 'an upgrade that the engine reads is the request of the parser in TypeScript, also for the upstream',
  share: 0.02,
  cases: fc.record({ bytes: heads, options: requestOptions }),
  holds: ({ bytes, options }) => {
    const loaded = loadAddon();
    assert.ok(loaded.ok);
    const upgrade = new UpgradeHeads(loaded.addon).read(bytes);
    if (upgrade === null) return;
    assert.equal(upgrade.headBytes, bytes.indexOf('\r\n\r\n') + 4);
    const received = readRequestHead(bytes.subarray(0, upgrade.headBytes));
    assert.ok(received?.upgrade && hasToken(received.upgrade, 'websocket'));
    assert.deepEqual(received.body, { ok: true, body: { kind: 'none' } });
    assert.equal(received.expect, undefined);
    const { method, httpVersion, target, rawHeaders } = upgrade;
    assert.deepEqual({ method, httpVersion, target, rawHeaders }, received.head);
    const parsed = parseUpgradeRequest(received.head, maxTargetBytes);
    assert.ok(parsed.ok && !(parsed.request instanceof OrdinaryUpgrade));
    assert.deepEqual(partsOf(upgrade), partsOf(parsed.request));
    const fail = (): never => assert.fail('a plain path has another reading');
    assert.ok(!upgrade.hasPlainPath || !leadsElsewhere(upgrade.path, null, fail));
    assert.equal(
      composeUpstreamRequest(optionsFor(upgrade, options)),
      composeUpstreamRequest(optionsFor(parsed.request, options)),
    );
  },
});

function partsOf(request: UpgradeRequest): Record<string, unknown> {
  const { host, authority, rawPath, rawQuery, path, protocols, via, origins, headers, key, extensions } =
    request;
  const parts = {
    host,
    authority,
    rawPath,
    rawQuery,
    path,
    protocols,
    via,
    origins,
    headers,
    key,
    extensions,
  };
  return { ...parts, hasCookies: hasCookies(request) };
}

function optionsFor(
  request: UpgradeRequest,
  {
    protocols,
    ...others
  }: Omit<Partial<UpstreamRequestOptions>, 'protocols'> & {
    protocols: readonly string[] | null;
    isTrustedPeer: boolean;
    target: string;
    host: string;
    fleetId: string | null;
    setHeaders: Record<string, string>;
    removeHeaders: string[];
  },
): UpstreamRequestOptions {
  return {
    request,
    dropHeader: (field) => isCredentialHeader(field, { mode: 'apiKey', sources: ['header'] }),
    protocols: protocols ?? request.protocols,
    httpVersion: '1.1',
    peerAddress: '::ffff:192.0.2.7',
    protocolScheme: 'http',
    clientCertificate: null,
    ...others,
  };
}
