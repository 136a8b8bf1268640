import { describe, expect, test } from 'vitest';
import type { HeaderField } from './header-field.js';
import { parseUpgradeRequest, type UpgradeRequest } from './upgrade-request.js';
import { composeUpstreamRequest, type UpstreamRequestOptions } from './upstream-request.js';

const handshake = [
  ['hOST', 'chat.acme.example:8080'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Version', '13'],
];

function requestWith(fields: string[][], connection = 'Upgrade'): UpgradeRequest {
  const rawHeaders = [...handshake, ['Connection', connection], ...fields].flat();
  const parsed = parseUpgradeRequest(
    { method: 'GET', httpVersion: '1.1', target: '/socket', rawHeaders },
    100,
  );
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed.request;
}

function compose(request: UpgradeRequest, options: Partial<UpstreamRequestOptions> = {}): string {
  return composeUpstreamRequest({
    request,
    target: '/socket?x=1',
    host: '10.0.0.5:9000',
    dropHeader: () => false,
    protocols: request.protocols,
    fleetId: 'flt_a',
    setHeaders: {},
    removeHeaders: [],
    peerAddress: '198.51.100.7',
    isTrustedPeer: false,
    protocolScheme: 'http',
    httpVersion: '1.1',
    clientCertificate: null,
    ...options,
  });
}

function fieldsOf(head: string): HeaderField[] {
  const lines = head.split('\r\n').slice(1, -2);
  return lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
}

function valuesOf(head: string, name: string): string[] {
  return fieldsOf(head)
    .filter(([candidate]) => candidate.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
}

test('the head consists of a request line, the fields and an empty line', () => {
  const head = compose(requestWith([]));
  expect(head.startsWith('GET /socket?x=1 HTTP/1.1\r\n')).toBe(true);
  expect(head.endsWith('\r\n\r\n')).toBe(true);
});

test('end-to-end fields keep their order, letter case and bytes', () => {
  const fields = [
    ['ORIGIN', 'https://a.example'],
    ['x-Custom', 'One  two'],
    ['Cookie', 'a=\u00e9'],
    ['X-custom', 'three'],
    ['sec-websocket-EXTENSIONS', 'permessage-deflate; client_max_window_bits'],
  ];
  const head = compose(requestWith(fields));
  const names = new Set(fields.map(([name]) => name));
  expect(fieldsOf(head).filter(([name]) => names.has(name))).toEqual(fields);
});

test('Host is the authority of the upstream', () => {
  expect(fieldsOf(compose(requestWith([]))).filter(([name]) => /^host$/i.test(name))).toEqual([
    ['hOST', '10.0.0.5:9000'],
  ]);
});

describe('fields of the connection', () => {
  test('fields of the connection are not forwarded, and neither are the fields that Connection names', () => {
    const fields = [
      ['Keep-Alive', 'timeout=5'],
      ['TE', 'trailers'],
      ['Proxy-Authorization', 'Basic eA=='],
      ['Proxy-Connection', 'keep-alive'],
      ['HTTP2-Settings', 'AAMAAABk'],
      ['Expect', '100-continue'],
      ['Content-Length', '0'],
      ['X-Hop', 'secret'],
    ];
    const head = compose(requestWith(fields, 'keep-alive, Upgrade, x-hop'));
    for (const [name] of fields) expect(valuesOf(head, name ?? '')).toEqual([]);
    expect(valuesOf(head, 'Connection')).toEqual(['Upgrade']);
    expect(valuesOf(head, 'Upgrade')).toEqual(['websocket']);
  });

  test('a client cannot remove handshake, Origin or forwarding fields by naming them in Connection', () => {
    const named =
      'Upgrade, Host, Origin, Sec-WebSocket-Key, Sec-WebSocket-Version, X-Forwarded-For, X-Forwarded-Proto, X-Tenant';
    const head = compose(requestWith([['Origin', 'https://a.example']], named), {
      setHeaders: { 'X-Tenant': 'acme' },
    });
    const names = [
      'Host',
      'Origin',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
      'X-Forwarded-For',
      'X-Tenant',
    ];
    for (const name of names) expect(valuesOf(head, name)).toHaveLength(1);
  });
});

describe('credentials', () => {
  test('a field that the caller identifies as a credential is not forwarded', () => {
    const head = compose(
      requestWith([
        ['Authorization', 'Bearer slc_x'],
        ['X-Api-Key', 'slc_x'],
        ['X-A', 'b'],
      ]),
      {
        dropHeader: ([name]) => ['authorization', 'x-api-key'].includes(name.toLowerCase()),
      },
    );
    expect(head).not.toContain('slc_');
    expect(valuesOf(head, 'X-A')).toEqual(['b']);
  });

  test('credentials among the subprotocols are omitted, and the other subprotocols are offered in one field', () => {
    const request = requestWith([
      ['Sec-WebSocket-Protocol', 'sluice.key.slc_x, chat'],
      ['Sec-WebSocket-Protocol', 'v2'],
    ]);
    const head = compose(request, { protocols: ['chat', 'v2'] });
    expect(valuesOf(head, 'Sec-WebSocket-Protocol')).toEqual(['chat, v2']);
    expect(head).not.toContain('slc_');
  });

  test('a credential as the only subprotocol leaves no offer', () => {
    const head = compose(requestWith([['Sec-WebSocket-Protocol', 'sluice.key.slc_x']]), { protocols: [] });
    expect(valuesOf(head, 'Sec-WebSocket-Protocol')).toEqual([]);
  });
});

describe('forwarding fields', () => {
  const spoofed = [
    ['X-Forwarded-For', '1.1.1.1'],
    ['x_forwarded_for', '2.2.2.2'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Port', '1'],
    ['Forwarded', 'for=1.1.1.1'],
    ['X-Real-IP', '1.1.1.1'],
    ['True-Client-IP', '1.1.1.1'],
    ['X-Original-URL', '/admin'],
    ['X-Rewrite-URL', '/admin'],
  ];
  const others = [
    'X-Forwarded-Port',
    'Forwarded',
    'X-Real-IP',
    'True-Client-IP',
    'X-Original-URL',
    'X-Rewrite-URL',
  ];

  test('forwarding fields of an untrusted peer are ignored', () => {
    const head = compose(requestWith(spoofed));
    expect(valuesOf(head, 'X-Forwarded-For')).toEqual(['198.51.100.7']);
    expect(valuesOf(head, 'X-Forwarded-Proto')).toEqual(['http']);
    expect(valuesOf(head, 'X-Forwarded-Host')).toEqual(['chat.acme.example:8080']);
    for (const name of ['x_forwarded_for', ...others]) expect(valuesOf(head, name)).toEqual([]);
  });

  test('forwarding fields of a trusted peer are kept, and its address is added', () => {
    const head = compose(requestWith(spoofed), { isTrustedPeer: true });
    expect(valuesOf(head, 'X-Forwarded-For')).toEqual(['1.1.1.1, 198.51.100.7']);
    expect(valuesOf(head, 'X-Forwarded-Proto')).toEqual(['https']);
    expect(valuesOf(head, 'X-Forwarded-Host')).toEqual(['evil.example']);
    for (const name of others) expect(valuesOf(head, name)).toHaveLength(1);
  });

  test.each([
    'X_Forwarded_For',
    'x-forwarded_for',
    'X.Forwarded.For',
    'X_Forwarded_Proto',
    'X_Real_IP',
    'Client_Cert',
    'X_Original_URL',
    'X_Api_Key',
    'Sec_WebSocket_Protocol',
    'Content_Length',
    'Transfer_Encoding',
    'HTTP2_Settings',
  ])('a field spelled %s is dropped, even if a trusted peer sends it', (name) => {
    for (const isTrustedPeer of [true, false]) {
      const head = compose(requestWith([[name, '6.6.6.6']]), { isTrustedPeer });
      expect(head).not.toContain('6.6.6.6');
      expect(valuesOf(head, name)).toEqual([]);
    }
  });

  test('an IPv4 peer of a listener for both families is reported as IPv4', () => {
    const head = compose(requestWith([]), { peerAddress: '::ffff:198.51.100.7', protocolScheme: 'https' });
    expect(valuesOf(head, 'X-Forwarded-For')).toEqual(['198.51.100.7']);
    expect(valuesOf(head, 'X-Forwarded-Proto')).toEqual(['https']);
  });
});

describe('Via', () => {
  test('Via ends with the entry of the fleet, after all received entries', () => {
    expect(valuesOf(compose(requestWith([])), 'Via')).toEqual(['1.1 flt_a']);
    const received = [
      ['Via', '1.0 fred'],
      ['via', '1.1 p.example (Apache/2.4, x), 1.1 flt_b'],
    ];
    expect(valuesOf(compose(requestWith(received)), 'Via')).toEqual([
      '1.0 fred, 1.1 p.example (Apache/2.4, x), 1.1 flt_b, 1.1 flt_a',
    ]);
    expect(valuesOf(compose(requestWith([]), { fleetId: null }), 'Via')).toEqual(['1.1 sluice']);
  });

  test('Via cannot be removed by naming it in Connection, nor by a route that an older version published', () => {
    const request = requestWith([['Via', '1.0 fred']], 'Upgrade, Via');
    const routes = [{}, { setHeaders: { via: '1.1 x' } }, { removeHeaders: ['Via'] }];
    for (const options of routes) {
      expect(valuesOf(compose(request, options), 'Via')).toEqual(['1.0 fred, 1.1 flt_a']);
    }
  });
});

describe('requestHeaders of the route', () => {
  test('requestHeaders replace the client fields, whether these differ in letter case or use underscores', () => {
    const head = compose(
      requestWith([
        ['x-tenant', 'spoofed'],
        ['X_Tenant', 'spoofed'],
      ]),
      {
        setHeaders: { 'X-Tenant': 'acme' },
      },
    );
    expect(head).not.toContain('spoofed');
    expect(valuesOf(head, 'X-Tenant')).toEqual(['acme']);
  });

  test('all requestHeaders are set, even two whose names are equal for some servers', () => {
    const head = compose(requestWith([]), { setHeaders: { 'X-Tenant': 'a', X_Tenant: 'b' } });
    expect(valuesOf(head, 'X-Tenant')).toEqual(['a']);
    expect(valuesOf(head, 'X_Tenant')).toEqual(['b']);
  });

  test('requestHeaders can remove fields of the client and of the gateway', () => {
    const head = compose(requestWith([['Cookie', 'a=b']]), { removeHeaders: ['cookie', 'x-forwarded-for'] });
    expect(valuesOf(head, 'Cookie')).toEqual([]);
    expect(valuesOf(head, 'X-Forwarded-For')).toEqual([]);
  });

  test('requestHeaders can set Host, and only one Host is sent', () => {
    const head = compose(requestWith([]), { setHeaders: { host: 'inner.example' } });
    expect(valuesOf(head, 'Host')).toEqual(['inner.example']);
  });

  test('requestHeaders cannot remove fields that the handshake depends on', () => {
    const removeHeaders = ['host', 'sec-websocket-key', 'sec-websocket-version', 'upgrade', 'connection'];
    const head = compose(requestWith([]), { removeHeaders });
    for (const name of removeHeaders) expect(valuesOf(head, name)).toHaveLength(1);
  });
});

test('a line break cannot be injected, not even one that results from truncating a character to a byte', () => {
  const head = compose(requestWith([]), {
    target: '/a\r\nX-Evil: 1',
    host: 'a\nX-Evil: 1',
    setHeaders: { 'X-A\r\nX-Evil': '1', 'X-B': 'b\u010d\u010aX-Evil: 1' },
  });
  const written = Buffer.from(head, 'latin1').toString('latin1');
  expect(fieldsOf(written).map(([name]) => name)).not.toContain('X-Evil');
  expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
});
