import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { testCertificate } from '../../../test/support/tls-certificates.js';
import { apiKeyDocumentSchema } from '../resources/api-key.js';
import { routeDocumentSchema } from '../resources/route-document.js';
import { tenantHeadSchema } from './configuration-document.js';

interface Thing {
  id?: string;
  [field: string]: unknown;
}
interface TenantDocument extends Thing {
  slug: string;
  hosts: string[];
  routes: Thing[];
  apiKeys: Thing[];
}
interface Document {
  version: 1;
  tenants: TenantDocument[];
}

const wrongDocuments: [code: string, field: string, spoil: (document: Document) => void][] = [
  ['validation_failed', 'tenants.0.routes.1.speed', (d) => change(d, 1, { speed: 'high' })],
  [
    'validation_failed',
    'tenants.0.routes.1.requestHeaders.set.x-a',
    (d) => change(d, 1, { requestHeaders: { set: { 'X-A': '1', 'x-a': '2' } } }),
  ],
  [
    'validation_failed',
    'tenants.0.routes.1.upstreams.0.url',
    (d) => change(d, 1, { upstreams: [{ url: 'ws:///x' }] }),
  ],
  ['validation_failed', 'tenants.0.hosts.2', (d) => d.tenants[0]?.hosts.push('a.example', 'A.example')],
  ['route_conflict', 'tenants.0.routes.1.match', (d) => change(d, 1, routeAt('a.acme.example'))],
  ['deletes_tenants', 'tenants', (d) => d.tenants.splice(0)],
  ['deletes_tenants', 'tenants', (d) => d.tenants.splice(1)],
  ['slug_taken', 'tenants.1.slug', (d) => Object.assign(d.tenants[1] ?? {}, { slug: 'acme' })],
];

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  for (const slug of ['acme', 'other']) {
    await api.request('POST', '/v1/tenants', { slug, hosts: [`*.${slug}.example`] });
    await api.request('POST', `/v1/tenants/${slug}/routes`, routeAt(`a.${slug}.example`));
    await api.request('POST', `/v1/tenants/${slug}/routes`, routeAt(`b.${slug}.example`));
    await api.request('POST', `/v1/tenants/${slug}/api-keys`, { name: 'web' });
  }
});
afterEach(() => api.remove());

test('an export restores a lost configuration unchanged', async () => {
  const before = await get();
  expect((await put({ version: 1, tenants: [] }, '?deleteTenants=true')).status).toBe(200);
  expect(JSON.parse((await get()).text)).toEqual({ version: 1, tenants: [] });
  const applied = await put(JSON.parse(before.text) as Document);
  expect(applied.status).toBe(200);
  const after = await get();
  expect(after.text).toBe(before.text);
  expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
  expect(applied.headers.get('etag')).toBe(after.headers.get('etag'));
});

test('an export without default values is equivalent to an export with all fields', async () => {
  const { id } = (await api.request('POST', '/v1/tenants', { slug: 'plain' })).body;
  const [short, full] = [await get(), await api.request('GET', '/v1/config?full=true')];
  expect((JSON.parse(short.text) as Document).tenants.at(-1)).toEqual({ id, slug: 'plain' });
  const [route] = (JSON.parse(short.text) as Document).tenants[0]?.routes ?? [];
  expect(route).toEqual({
    id: route?.id,
    match: { host: 'a.acme.example', path: '/' },
    upstreams: [{ url: 'ws://10.0.0.5' }],
  });
  const [whole] = (JSON.parse(full.text) as Document).tenants[0]?.routes ?? [];
  expect(Object.keys(whole ?? {}).sort()).toEqual(Object.keys(routeDocumentSchema.shape).sort());
  expect(full.headers.get('etag')).toBe(short.headers.get('etag'));
  for (const { text } of [short, full]) {
    const answer = await put(JSON.parse(text) as Document);
    expect(answer.body).toMatchObject({ created: [], updated: [], deleted: [] });
  }
});

test('the defaults of version 1 are fixed, since files omit default values', () => {
  const route = routeDocumentSchema.parse({ match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] });
  const apiKey = apiKeyDocumentSchema.parse({
    name: 'k',
    prefix: 'slc_000000000000',
    secretHash: '0'.repeat(64),
  });
  const tenant = tenantHeadSchema.parse({ slug: 'acme' });
  // A different default would change the meaning of every file that omits the field: it needs a new version.
  expect(tenant).toMatchObject({
    status: 'active',
    maintenance: null,
    hosts: [],
    limits: { maxConnections: 1000, ...noTenantLimits },
  });
  expect(route).toMatchObject({
    ...{
      name: '',
      enabled: true,
      maintenance: null,
      balancing: 'roundRobin',
      upstreamHost: 'upstream',
      clientCertificate: 'none',
    },
    ...{ allowedOrigins: null, maxConnections: null, onChange: 'keep', onMessageRate: 'slow' },
    ...{ messagesPerSecond: null, bytesPerSecond: null },
    ...{ http: 'refuse', maxRequestBytes: null, cors: null, requestsPerSecond: null },
    match: { host: '*', pathType: 'prefix', encodedSlash: 'refuse' },
    upstreams: [{ weight: 1 }],
    upstreamTls: { verify: true, serverName: null, ca: null, clientCertificate: null, clientKey: null },
    rewrite: { stripPrefix: false, replacePrefix: null, redirects: 'pass', cookies: 'pass' },
    requestHeaders: { set: {}, remove: [] },
    responseHeaders: { set: {}, remove: [] },
    auth: { mode: 'apiKey', sources: ['header', 'query', 'subprotocol'], jwt: null },
    timeouts: {
      connectMs: 5000,
      handshakeMs: 10_000,
      responseMs: 60_000,
      idleMs: null,
      maxLifetimeMs: null,
    },
    keepalive: { pingIntervalMs: 25_000 },
  });
  const noKeyLimits = {
    routeIds: null,
    maxConnections: null,
    ...{ messagesPerSecond: null, bytesPerSecond: null },
    expiresAt: null,
    revokedAt: null,
    previous: null,
  };
  expect(apiKey).toMatchObject({ scopes: ['connect'], ...noKeyLimits });
});

const noTenantLimits = {
  ...{
    maxConnectionsPerKey: null,
    maxConnectionsPerIp: null,
    connectionsPerSecond: null,
    requestsPerSecond: null,
    messagesPerSecond: null,
  },
  ...{ bytesPerSecond: null, maxMessageBytes: null, maxRoutes: null, maxApiKeys: null },
};

test('a document that equals the configuration writes nothing', async () => {
  const revision = await api.revision();
  const answer = await put(await exported());
  expect(answer.body).toMatchObject({ revision, created: [], updated: [], deleted: [] });
  expect(await api.revision()).toBe(revision);
  // fetch adds Cache-Control: no-cache to conditional requests without this header field.
  const headers = { 'if-none-match': (await get()).headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
  expect((await api.request('GET', '/v1/config', undefined, { headers })).status).toBe(304);
});

test('each changed tenant gets a revision, without gaps, and other resources are not touched', async () => {
  const document = await exported();
  const other = await api.request('GET', '/v1/tenants/other/routes');
  const [acme] = document.tenants;
  const [route] = acme?.routes ?? [];
  if (acme && route) acme.routes = [{ ...route, name: 'renamed' }];
  const revision = await api.revision();
  const answer = await put(document);
  expect(answer.body).toMatchObject({
    revision: revision + 1,
    created: [],
    updated: [{ kind: 'route', tenant: 'acme', changes: [{ field: 'name', before: '', after: 'renamed' }] }],
    deleted: [{ kind: 'route', tenant: 'acme', name: 'b.acme.example/' }],
  });
  expect(await api.revision()).toBe(revision + 1);
  await api.published(revision + 1);
  const entries = api.sink.changes.at(-1)?.entries ?? [];
  expect(entries.map(({ kind, value }) => [kind, value === null])).toEqual([
    ['route', false],
    ['route', true],
  ]);
  expect((await api.request('GET', '/v1/tenants/other/routes')).text).toBe(other.text);
  const audited = await api.audited('route.update', 'route.delete');
  expect(audited.map(({ action }) => action).sort()).toEqual(['route.delete', 'route.update']);
  expect(audited.map(({ details }) => details)).toEqual([{ document: true }, { document: true }]);
});

test('a dry run answers with the difference of the real call and writes nothing', async () => {
  const before = await get();
  const revision = await api.revision();
  const answer = await put(
    { version: 1, tenants: [{ slug: 'new', hosts: [], routes: [], apiKeys: [] }] },
    '?dryRun=true&deleteTenants=true',
  );
  expect(answer.body).toMatchObject({ dryRun: true, created: [{ kind: 'tenant', name: 'new' }] });
  expect(JSON.parse(answer.text)).toHaveProperty('deleted.length', 8);
  expect((await get()).text).toBe(before.text);
  expect(await api.revision()).toBe(revision);
});

test('a dry run is refused with the same problem as the real call', async () => {
  for (const [, , spoil] of wrongDocuments) {
    const document = await exported();
    spoil(document);
    const dry = await put(document, '?dryRun=true');
    const real = await put(document);
    expect(dry.status).toBeGreaterThanOrEqual(400);
    const { requestId } = real.body;
    expect([dry.status, { ...dry.body, requestId }]).toEqual([real.status, real.body]);
  }
});

test('a document with an invalid field changes nothing, and the problem names the path of the field', async () => {
  const before = await get();
  const revision = await api.revision();
  for (const [code, field, spoil] of wrongDocuments) {
    const document = await exported();
    Object.assign(document.tenants[0] ?? {}, { name: 'Renamed' });
    spoil(document);
    const answer = await put(document);
    expect([answer.body.code, answer.body.errors[0]?.field]).toEqual([code, field]);
  }
  expect((await get()).text).toBe(before.text);
  expect(await api.revision()).toBe(revision);
});

test('a document with an outdated If-Match is refused with 412', async () => {
  const { headers } = await get();
  const ifMatch = { headers: { 'If-Match': headers.get('etag') ?? '' } };
  const document = await exported();
  await api.request('PATCH', '/v1/tenants/other', { name: 'Other' });
  expect((await api.request('PUT', '/v1/config', document, ifMatch)).status).toBe(412);
});

test('hosts and paths, slugs and prefixes can move from one resource to another, and no revision has a duplicate', async () => {
  const document = await exported();
  const [acme, other] = document.tenants;
  if (!acme || !other) throw new Error('there are two tenants');
  [acme.slug, other.slug] = [other.slug, acme.slug];
  [acme.hosts, other.hosts] = [other.hosts, acme.hosts];
  [acme.routes, other.routes] = [other.routes, acme.routes];
  [acme.apiKeys, other.apiKeys] = [other.apiKeys, acme.apiKeys];
  // A route without an id, in another tenant, is a new route on the host and path of the deleted route.
  for (const route of [...acme.routes, ...other.routes]) delete route.id;
  const revision = await api.revision();
  expect((await put(document)).status).toBe(200);
  await api.published(await api.revision());
  const routesOf = new Map<string, string>();
  for (const { entries } of api.sink.changes) {
    for (const entry of entries) {
      if (entry.kind !== 'route') continue;
      const { id, value } = entry;
      routesOf.delete(id);
      if (value !== null) routesOf.set(id, value.match.host + value.match.path);
    }
    expect(new Set(routesOf.values()).size).toBe(routesOf.size);
  }
  expect(routesOf.size).toBe(4);
  expect(await api.revision()).toBeGreaterThan(revision);
});

test('a document cannot restore a revoked key', async () => {
  const document = await exported();
  const id = document.tenants[0]?.apiKeys[0]?.id ?? '';
  await api.request('DELETE', `/v1/tenants/acme/api-keys/${id}`);
  const answer = await put(document);
  expect([answer.status, answer.body.code]).toEqual([409, 'key_revoked']);
  expect(answer.body.errors[0]?.field).toBe('tenants.0.apiKeys.0.revokedAt');
});

test('no secret is shown; an import keeps the private key of an existing route, and a new route must provide it', async () => {
  const clientCertificate = await testCertificate('client.crt');
  const clientKey = await testCertificate('client.key');
  const tls = { upstreamTls: { clientCertificate, clientKey } };
  await api.request('POST', '/v1/tenants/acme/routes', { ...routeAt('c.acme.example'), ...tls });
  const text = (await get()).text;
  expect(text).not.toContain('PRIVATE KEY');
  const revision = await api.revision();
  expect((await put(await exported())).status).toBe(200);
  expect(await api.revision()).toBe(revision);
  await api.request('DELETE', '/v1/tenants/acme');
  const refused = await put(JSON.parse(text) as Document);
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([
    422,
    'tenants.0.routes.2.upstreamTls.clientKey',
  ]);
  const restored = JSON.parse(text) as Document;
  change(restored, 2, tls);
  const answer = await put(restored);
  expect([answer.status, answer.text.includes('PRIVATE KEY')]).toEqual([200, false]);
  expect((await get()).text).toBe(text);
});

function routeAt(host: string): object {
  return { match: { host, path: '/', pathType: 'prefix' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
}

function change({ tenants }: Document, route: number, fields: object): void {
  Object.assign(tenants[0]?.routes[route] ?? {}, fields);
}

function get(): Promise<ApiAnswer> {
  return api.request('GET', '/v1/config');
}

async function exported(): Promise<Document> {
  return JSON.parse((await api.request('GET', '/v1/config?full=true')).text) as Document;
}

function put(document: Document, query = ''): Promise<ApiAnswer> {
  return api.request('PUT', `/v1/config${query}`, document);
}
