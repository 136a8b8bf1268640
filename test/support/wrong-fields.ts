/** Bodies of a tenant, a route and an API key with one wrong field each. */

export const match = { host: 'chat.acme.example', path: '/socket' };
export const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
export const tenant = { slug: 'new' };
export const route = { match: { path: '/new' }, upstreams };
export const key = { name: 'new' };
const long = 'x'.repeat(5000);

/** A body, and the field that its refusal names. */
type Case = readonly [field: string, body: unknown];

export const tenantCases: Case[] = [
  ['body', []],
  ['body', null],
  ['body', 'text'],
  ['slug', {}],
  ['slug', { slug: 7 }],
  ['slug', { slug: 'Has Capitals' }],
  ['slug', { slug: '' }],
  ['slug', { slug: long }],
  ['slug', { slug: 'under_score' }],
  ['id', { ...tenant, id: 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x' }],
  ['unknown', { ...tenant, unknown: 1 }],
  ['name', { ...tenant, name: 7 }],
  ['name', { ...tenant, name: '' }],
  ['name', { ...tenant, name: long }],
  ['name', { ...tenant, name: 'line\nbreak' }],
  ['name', { ...tenant, name: null }],
  ['maintenance.retryAfterSeconds', { ...tenant, maintenance: { retryAfterSeconds: 0 } }],
  ['hosts.1', { ...tenant, hosts: ['a.example', 'A.example'] }],
  ['hosts.2', { ...tenant, hosts: ['*.a.example', 'a.example', '*.a.example'] }],
  ...badLabels(tenant),
  ['status', { ...tenant, status: 'deleted' }],
  ['limits', { ...tenant, limits: 7 }],
  ['limits', { ...tenant, limits: null }],
  ['limits.unknown', { ...tenant, limits: { unknown: 1 } }],
  ...['maxConnections', 'maxConnectionsPerKey', 'maxConnectionsPerIp', 'connectionsPerSecond'].flatMap(
    badLimit,
  ),
  ...['requestsPerSecond', 'messagesPerSecond', 'bytesPerSecond', 'maxMessageBytes'].flatMap(badLimit),
];

export const routeCases: Case[] = [
  ['match', { upstreams }],
  ['match', { ...route, match: 'chat.acme.example/socket' }],
  ['match.path', { ...route, match: {} }],
  ['match.path', { ...route, match: { path: 'socket' } }],
  ['match.path', { ...route, match: { path: '/a%2fb' } }],
  ['match.path', { ...route, match: { path: '/a/../b' } }],
  ['match.path', { ...route, match: { path: `/${long}` } }],
  ['match.path', { ...route, match: { path: '/a?b' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'acme.example:8080' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'acme.example/path' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'https://acme.example' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'a.*.example' } }],
  ['match.host', { ...route, match: { path: '/new', host: `${long}.example` } }],
  ['match.host', { ...route, match: { path: '/new', host: 7 } }],
  ...badLabels(route),
  ['match.pathType', { ...route, match: { path: '/new', pathType: 'glob' } }],
  ['match.path', matching({ pathType: 'regex', path: '/new/(' })],
  ['match.path', matching({ pathType: 'regex', path: '/new/(?=a)' })],
  ['match.headers', matching({ headers: [] })],
  ['match.headers.0.name', matching({ headers: [{ name: 'bad name' }] })],
  ['match.headers.0.value', matching({ headers: [{ name: 'X-A', value: 'a\r\nb' }] })],
  ['match.headers.0.valueType', matching({ headers: [{ name: 'X-A', valueType: 'prefix' }] })],
  ['match.headers.1', matching({ headers: [{ name: 'X-A' }, { name: 'x-a', value: '1' }] })],
  ['match.query.0.name', matching({ query: [{ name: '' }] })],
  ['match.query.0.unknown', matching({ query: [{ name: 'a', unknown: 1 }] })],
  ['match.query.1', matching({ query: [{ name: 'a' }, { name: 'a', value: '1' }] })],
  ['match.path', { ...route, match: { path: '/new', pathType: 'template' } }],
  ['match.path', { ...route, match: { path: '/new/:Room', pathType: 'template' } }],
  [
    'requestHeaders.set.X-Room',
    {
      ...route,
      match: { path: '/new/:id', pathType: 'template' },
      requestHeaders: { set: { 'X-Room': '$room' } },
    },
  ],
  ['match.path', { ...route, match: { path: '/a%2Fb', encodedSlash: 'pass' } }],
  ['match.encodedSlash', { ...route, match: { path: '/new', encodedSlash: 'decode' } }],
  ['match.encodedSlash', { ...route, match: { path: '/new', encodedSlash: true } }],
  ['match.unknown', { ...route, match: { path: '/new', unknown: 1 } }],
  ['upstreams', { match: { path: '/new' } }],
  ['upstreams', { ...route, upstreams: [] }],
  ['upstreams', { ...route, upstreams: 'ws://10.0.0.5' }],
  ['upstreams', { ...route, upstreams: Array.from({ length: 65 }, () => ({ url: 'ws://10.0.0.5' })) }],
  ['upstreams.0.url', { ...route, upstreams: [{}] }],
  ['upstreams.0.url', badUpstream('ftp://10.0.0.5')],
  ['upstreams.0.url', badUpstream('http:///x')],
  ['upstreams.0.url', badUpstream('https://h%78')],
  ['upstreams.0.url', badUpstream('ws://user:secret@10.0.0.5')],
  ['upstreams.0.url', badUpstream('ws://user@10.0.0.5')],
  ['upstreams.0.url', badUpstream('ws://')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5:99999')],
  ['upstreams.0.url', badUpstream('ws:///x')],
  ['upstreams.0.url', badUpstream('ws:////x')],
  ['upstreams.0.url', badUpstream('ws://h\\x')],
  ['upstreams.0.url', badUpstream('ws://h%78')],
  ['upstreams.0.url', badUpstream('ws://0x7f.1')],
  ['upstreams.0.url', badUpstream('ws://127.1:9000')],
  ['upstreams.0.url', badUpstream('ws://münchen.example')],
  ['upstreams.0.url', badUpstream('ws://fd00::5:9000')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5/?a=b')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5/#a')],
  ['upstreams.0.url', badUpstream(`ws://10.0.0.5/${long}`)],
  ['upstreams.0.weight', { ...route, upstreams: [{ ...upstreams[0], weight: -1 }] }],
  ['upstreams.0.weight', { ...route, upstreams: [{ ...upstreams[0], weight: 1001 }] }],
  ['upstreams.0.state', { ...route, upstreams: [{ ...upstreams[0], state: 'up' }] }],
  ['upstreams.0.backup', { ...route, upstreams: [{ ...upstreams[0], backup: null }] }],
  ['upstreams.0.discovery', { ...route, upstreams: [{ ...upstreams[0], discovery: 'dns' }] }],
  ['upstreams.0.url', { ...route, upstreams: [{ url: 'ws://_ws._tcp.acme.example:80', discovery: 'srv' }] }],
  ['upstreams.0.url', { ...route, upstreams: [{ url: 'ws://[::1]', discovery: 'srv' }] }],
  ['upstreams.0.url', { ...route, upstreams: [{ url: 'ws://10.0.0.5:80', discovery: 'addresses' }] }],
  ['upstreams.0.maxConnections', { ...route, upstreams: [{ ...upstreams[0], maxConnections: 0 }] }],
  ['upstreams.0.maxPending', { ...route, upstreams: [{ ...upstreams[0], maxPending: 1.5 }] }],
  ['queue.maxRequests', { ...route, queue: { maxRequests: -1 } }],
  ['queue.maxWaitMs', { ...route, queue: { maxWaitMs: 60_001 } }],
  ['upstreams.1.url', { ...route, upstreams: [{ url: 'ws://up.example' }, { url: 'ws://UP.example:80/' }] }],
  ['upstreams.0.unknown', { ...route, upstreams: [{ ...upstreams[0], unknown: 1 }] }],
  ['name', { ...route, name: long }],
  ['enabled', { ...route, enabled: 'yes' }],
  ['balancing', { ...route, balancing: 'random' }],
  ['hashKey', { ...route, hashKey: { from: 'clientAddress' } }],
  ['hashKey', { ...route, balancing: 'consistentHash' }],
  ['hashKey.from', hashedBy({ from: 'body' })],
  ['hashKey.name', hashedBy({ from: 'header' })],
  ['hashKey.name', hashedBy({ from: 'clientAddress', name: 'X-Room' })],
  ['hashKey.name', hashedBy({ from: 'query', name: '' })],
  ['hashKey.segment', hashedBy({ from: 'pathSegment' })],
  ['hashKey.segment', hashedBy({ from: 'pathSegment', segment: -1 })],
  ['hashKey.ipv4PrefixLength', hashedBy({ from: 'clientAddress', ipv4PrefixLength: 33 })],
  ['balanceFactor', { ...hashedBy({ from: 'clientAddress' }), balanceFactor: 100 }],
  ['balanceFactor', { ...route, balanceFactor: 150 }],
  ['slowStartMs', { ...hashedBy({ from: 'clientAddress' }), slowStartMs: 1000 }],
  ['slowStartMs', { ...route, slowStartMs: 0 }],
  ['rewrite.stripPrefix', { ...route, rewrite: { stripPrefix: 1 } }],
  ['rewrite.unknown', { ...route, rewrite: { unknown: 1 } }],
  ['rewrite.""', { ...route, rewrite: { '': 1 } }],
  ['upstreamHost', { ...route, upstreamHost: 'chat.example' }],
  ['requestHeaders.set.Upgrade', { ...route, requestHeaders: { set: { Upgrade: 'h2c' } } }],
  ['requestHeaders.set.bad name', { ...route, requestHeaders: { set: { 'bad name': 'x' } } }],
  ['requestHeaders.set.X-Tenant', { ...route, requestHeaders: { set: { 'X-Tenant': 'a\r\nB: c' } } }],
  [
    'requestHeaders.set.x-tenant',
    { ...route, requestHeaders: { set: { 'X-Tenant': 'a', 'x-tenant': 'b' } } },
  ],
  ['requestHeaders.remove.1', { ...route, requestHeaders: { remove: ['X-A', 'x-a'] } }],
  ['requestHeaders.remove.0', { ...route, requestHeaders: { remove: ['Sec-WebSocket-Key'] } }],
  ['auth.mode', { ...route, auth: { mode: 'basic' } }],
  ['auth.sources', { ...route, auth: { sources: ['header', 'header'] } }],
  ['auth.sources.0', { ...route, auth: { sources: ['cookie'] } }],
  ['allowedOrigins.0', { ...route, allowedOrigins: ['app.example'] }],
  ['allowedOrigins.1', { ...route, allowedOrigins: ['https://a.example', 'HTTPS://a.example'] }],
  ['auth.jwt.audience.1', withTokens({ audience: ['a', 'a'] })],
  ['auth.jwt.jwksUrl', withTokens({ jwksUrl: 'https:///keys' })],
  ['auth.jwt.jwksUrl', withTokens({ jwksUrl: 'https://id.example\\keys' })],
  ['auth.jwt.requiredClaims.user', withTokens({ requiredClaims: { user: 2 ** 53 } })],
  ['allowedOrigins.0', { ...route, allowedOrigins: ['https://app.example/path'] }],
  ['maxConnections', { ...route, maxConnections: -1 }],
  ['messagesPerSecond', { ...route, messagesPerSecond: 0 }],
  ['bytesPerSecond', { ...route, bytesPerSecond: 1.5 }],
  ['onChange', { ...route, onChange: 'close' }],
  ['onAccessChange', { ...route, onAccessChange: 'drop' }],
  ['onMessageRate', { ...route, onMessageRate: 'drop' }],
  ['timeouts.connectMs', { ...route, timeouts: { connectMs: 0 } }],
  ['timeouts.handshakeMs', { ...route, timeouts: { handshakeMs: null } }],
  ['timeouts.responseMs', { ...route, timeouts: { responseMs: null } }],
  ['http', { ...route, http: 'pass' }],
  ['maxRequestBytes', { ...route, maxRequestBytes: -1 }],
  ['requestsPerSecond', { ...route, requestsPerSecond: 0 }],
  ['cors.allowedMethods', { ...route, cors: { allowedMethods: [] } }],
  ['cors.allowedHeaders.0', { ...route, cors: { allowedHeaders: ['*'] } }],
  ['cors.maxAgeSeconds', { ...route, cors: { maxAgeSeconds: 100_000 } }],
  ['cors.allowCredentials', { ...route, cors: { allowCredentials: true } }],
  ['cors.allowCredentials', { ...route, allowedOrigins: ['null'], cors: { allowCredentials: true } }],
  ['timeouts.idleMs', { ...route, timeouts: { idleMs: 1.5 } }],
  ['timeouts.maxLifetimeMs', { ...route, timeouts: { maxLifetimeMs: 1e15 } }],
  ['timeouts.unknown', { ...route, timeouts: { unknown: 1 } }],
  ['keepalive.pingIntervalMs', { ...route, keepalive: { pingIntervalMs: '25s' } }],
  ['unknown', { ...route, unknown: 1 }],
];

export const keyCases: Case[] = [
  ['name', {}],
  ['name', { name: '' }],
  ['name', { name: long }],
  ...badLabels(key),
  ['scopes', { ...key, scopes: [] }],
  ['scopes', { ...key, scopes: 'connect' }],
  ['scopes', { ...key, scopes: ['connect', 'connect'] }],
  ['scopes.0', { ...key, scopes: ['admin'] }],
  ['routeIds', { ...key, routeIds: [] }],
  ['routeIds.0', { ...key, routeIds: ['chat'] }],
  ['routeIds.1', { ...key, routeIds: ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x'] }],
  ['routeIds.0', { ...key, routeIds: ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x'] }],
  ['maxConnections', { ...key, maxConnections: -1 }],
  ['maxConnections', { ...key, maxConnections: 1.5 }],
  ['messagesPerSecond', { ...key, messagesPerSecond: '5' }],
  ['bytesPerSecond', { ...key, bytesPerSecond: 0 }],
  ['expiresAt', { ...key, expiresAt: 'tomorrow' }],
  ['expiresAt', { ...key, expiresAt: '2026-02-31T00:00:00Z' }],
  ['expiresAt', { ...key, expiresAt: '2099-01-01T00:00:00' }],
  ['expiresAt', { ...key, expiresAt: '2099-01-01T00:00:00+0100' }],
  ['expiresAt', { ...key, expiresAt: '9999-12-31T23:59:59-01:00' }],
  ['expiresAt', { ...key, expiresAt: '2020-01-01T00:00:00Z' }],
  ['expiresAt', { ...key, expiresAt: new Date(Date.now() + 3_500_000).toISOString().replace('Z', '+01:00') }],
  ['secretHash', { ...key, secretHash: 'a'.repeat(64) }],
  ['unknown', { ...key, unknown: 1 }],
];

function badLabels(resource: object): Case[] {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`label-${index}`, '']));
  const wrong: [field: string, labels: unknown][] = [
    ['labels', many],
    ['labels', ['env']],
    ['labels', 'env=prod'],
    ['labels.""', { '': 'prod' }],
    ['labels.Env', { Env: 'prod' }],
    ['labels.-env', { '-env': 'prod' }],
    ['labels.env=prod', { 'env=prod': '' }],
    ['labels.toString', { toString: 'prod' }],
    [`labels.${'a'.repeat(64)}`, { ['a'.repeat(64)]: 'prod' }],
    ['labels.env', { env: 'x'.repeat(64) }],
    ['labels.env', { env: 'two\nlines' }],
    ['labels.env', { env: 'nul\u0000' }],
    ['labels.env', { env: 1 }],
    ['labels.env', { env: { is: 'prod' } }],
  ];
  return wrong.map(([field, labels]) => [field, { ...resource, labels }]);
}

function badLimit(name: string): Case[] {
  return [-1, 1.5, '7', 1e300].map((value) => [`limits.${name}`, { ...tenant, limits: { [name]: value } }]);
}

function withTokens(jwt: object): object {
  const base = { issuer: 'https://id.example', audience: ['a'], jwksUrl: 'https://id.example/keys' };
  return { ...route, auth: { mode: 'jwt', jwt: { ...base, ...jwt } } };
}

function matching(conditions: object): object {
  return { ...route, match: { path: '/new', ...conditions } };
}

function hashedBy(hashKey: object): object {
  return { ...route, balancing: 'consistentHash', hashKey };
}

function badUpstream(url: string): object {
  return { ...route, upstreams: [{ url }] };
}
