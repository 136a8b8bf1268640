import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { adminToken, ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';
import {
  credentials,
  outcomes,
  type Credential,
  type Rule,
} from '../../../test/support/credential-outcomes.js';

// Tests every operation of openapi.json, and every WebSocket, with every kind of credential. A new operation
// fails this test until it has a rule.

interface OperationRule {
  rule: Rule;
  body?: (world: World) => object;
  query?: string | ((world: World) => string);
}

let count = 0;
const aDay = '?from=2026-11-29T00:00:00Z&to=2026-11-30T00:00:00Z';
const aKey = (): object => ({ name: `key ${(count += 1)}`, scopes: ['read', 'connect'] });
const aRoute = (): object => ({ match: { path: `/${(count += 1)}` }, upstreams: [{ url: 'ws://10.0.0.5' }] });

const aWebhook = { url: 'https://hooks.acme.example/', events: ['quota.exceeded'] };
let webhook = '';

const rules: Record<string, OperationRule> = {
  getLiveness: { rule: 'everybody' },
  getReadiness: { rule: 'everybody' },
  getMetrics: { rule: 'everybody' },
  getOpenApi: { rule: 'everybody' },
  getIndex: { rule: 'everybody' },
  createSession: { rule: 'everybody', body: () => ({ token: adminToken }) },
  getSession: { rule: 'ownRead' },
  deleteSession: { rule: 'everybody' },
  createTenant: { rule: 'operatorWrite', body: () => ({ slug: `made-${(count += 1)}` }) },
  listTenants: { rule: 'ownRead' },
  getTenant: { rule: 'tenantRead' },
  replaceTenant: { rule: 'tenantWrite', body: () => ({ hosts: null, name: `Acme ${(count += 1)}` }) },
  updateTenant: { rule: 'tenantWrite', body: () => ({ name: `Acme ${(count += 1)}` }) },
  deleteTenant: { rule: 'operatorOnTenant' },
  rotateStickyKey: { rule: 'tenantWrite' },
  getTenantUsage: { rule: 'tenantRead' },
  getTenantUsageHistory: { rule: 'tenantRead', query: aDay },
  listUsageHistory: { rule: 'ownRead', query: aDay },
  explain: { rule: 'ownRead', body: () => ({ url: 'ws://chat.acme.example/socket' }) },
  createWebhook: { rule: 'ownWrite', body: () => aWebhook },
  listWebhooks: { rule: 'ownRead' },
  getWebhook: { rule: 'tenantRead' },
  updateWebhook: { rule: 'tenantWrite', body: () => ({ name: `renamed ${(count += 1)}` }) },
  deleteWebhook: { rule: 'tenantWrite' },
  rotateWebhook: { rule: 'tenantWrite' },
  testWebhook: { rule: 'tenantWrite' },
  listWebhookDeliveries: { rule: 'tenantRead' },
  replayWebhookDelivery: { rule: 'tenantWrite' },
  createRoute: { rule: 'tenantWrite', body: aRoute },
  listAllRoutes: { rule: 'ownRead' },
  listRoutes: { rule: 'tenantRead' },
  getRoute: { rule: 'tenantRead' },
  replaceRoute: { rule: 'tenantWrite', body: aRoute },
  updateRoute: { rule: 'tenantWrite', body: () => ({ enabled: false }) },
  listRouteUpstreams: { rule: 'tenantRead' },
  deleteRoute: { rule: 'tenantWrite' },
  rebalanceRoute: { rule: 'tenantWrite', body: () => ({ dryRun: true }) },
  getRebalance: { rule: 'tenantRead' },
  stopRebalance: { rule: 'tenantWrite' },
  createApiKey: { rule: 'tenantWrite', body: () => ({ name: `made ${(count += 1)}`, scopes: ['read'] }) },
  listAllApiKeys: { rule: 'ownRead' },
  listApiKeys: { rule: 'tenantRead' },
  getApiKey: { rule: 'tenantRead' },
  replaceApiKey: { rule: 'tenantWrite', body: () => ({ name: `replaced ${(count += 1)}` }) },
  updateApiKey: { rule: 'tenantWrite', body: () => ({ name: `renamed ${(count += 1)}` }) },
  revokeApiKey: { rule: 'tenantWrite' },
  rotateApiKey: { rule: 'tenantWrite' },
  issueTicket: { rule: 'tenantWrite' },
  verifyApiKey: { rule: 'ownRead', body: () => ({ key: 'slc_wrong' }) },
  getOverview: { rule: 'ownRead' },
  listConnections: { rule: 'ownRead' },
  countConnections: { rule: 'ownRead', query: '?by=key' },
  listClosedConnections: { rule: 'ownRead' },
  getConnection: { rule: 'tenantRead' },
  closeConnections: { rule: 'ownWrite', query: '?all=true' },
  closeConnection: { rule: 'tenantWrite' },
  tapConnection: { rule: 'noHandshake' },
  listAudit: { rule: 'ownRead' },
  listOperators: { rule: 'operatorRead' },
  getOperator: { rule: 'operatorRead' },
  createOperator: { rule: 'operatorWrite', body: () => ({ name: 'Ada', role: 'viewer' }) },
  updateOperator: { rule: 'operatorWrite', body: () => ({ name: `Ada ${(count += 1)}` }) },
  rotateOperator: { rule: 'operatorWrite' },
  revokeOperator: { rule: 'operatorWrite' },
  getConfiguration: { rule: 'operatorRead' },
  replaceConfiguration: {
    rule: 'operatorWrite',
    body: () => ({ version: 1, tenants: [] }),
    query: '?dryRun=true&deleteTenants=true',
  },
  'getConfiguration of a tenant': { rule: 'tenantOperatorRead', query: ({ slug }) => `?tenant=${slug}` },
  'replaceConfiguration of a tenant': {
    rule: 'tenantOperatorWrite',
    body: ({ slug }) => ({ version: 1, tenants: [{ slug, hosts: null, name: `Acme ${(count += 1)}` }] }),
    query: ({ slug }) => `?tenant=${slug}&dryRun=true`,
  },
  importNginx: { rule: 'operatorWrite', body: () => ({ files: { 'nginx.conf': '' } }) },
  listGateways: { rule: 'operatorRead' },
  getGateway: { rule: 'operatorRead' },
  drainGateway: { rule: 'operatorWrite', body: () => ({ periodSeconds: 60 }) },
  undrainGateway: { rule: 'operatorWrite' },
  listenToEvents: { rule: 'noHandshake' },
  openTestConnection: { rule: 'noHandshake' },
};

const socketRules: Record<string, Rule> = {
  listenToEvents: 'ownRead',
  tapConnection: 'tenantWrite',
  openTestConnection: 'ownWrite',
};

interface DescribedOperation {
  operationId: string;
  responses: Record<string, unknown>;
}

interface FoundOperation {
  method: string;
  path: string;
  success: number;
}

interface World {
  tenantId: string;
  slug: string;
  tokens: Record<Credential, string | null>;
}

interface Made {
  id: string;
  key: string;
  token: string;
}

let api: ApiUnderTest;
let gateway: CommandedGateway;
let operations: Map<string, FoundOperation>;
let shared: World;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  gateway = api.fleet.addGateway();
  operations = operationsOf(JSON.parse((await api.request('GET', '/openapi.json')).text) as OpenAPIObject);
  shared = await makeWorld();
}, 60_000);
afterAll(() => api.remove());

test('every operation has a rule, and so has every WebSocket', () => {
  const ruled = new Set(Object.keys(rules).map(operationOf));
  expect([...ruled].sort()).toEqual([...operations.keys()].sort());
  const sockets = [...operations].filter(([, { success }]) => success === 101);
  expect(Object.keys(socketRules).sort()).toEqual(sockets.map(([id]) => id).sort());
});

test.each(Object.entries(rules))(
  '%s answers each credential as its rule expects',
  async (id, { rule, body, query = '' }) => {
    const { method, path, success } = operations.get(operationOf(id)) ?? {
      method: 'GET',
      path: '/',
      success: 0,
    };
    let world = id === 'deleteTenant' ? await makeWorld() : shared;
    api.resetFailures();
    for (const credential of credentials) {
      const search = typeof query === 'string' ? query : query(world);
      const target = (await pathFor(path, world)) + search;
      const token = world.tokens[credential];
      const revision = await api.revision();
      const sent = body?.(world);
      const { status, body: answer, text, headers } = await api.request(method, target, sent, { token });
      const outcome = status === success ? 'ok' : `${status} ${answer.code}`;
      expect([credential, outcome]).toEqual([credential, outcomes[rule][credential]]);
      expect(headers.get('x-request-id')).toMatch(/^req_/);
      if (outcome !== 'ok') expect(answer).toMatchObject({ requestId: headers.get('x-request-id') });
      expectRevision(headers, revision, await api.revision());
      if (['other', 'limitedToOther'].includes(credential)) expect(text).not.toContain(world.tenantId);
      // The next credential needs a tenant that exists.
      if (id === 'deleteTenant' && outcome === 'ok') world = await makeWorld();
    }
  },
  60_000,
);

test.each(Object.entries(socketRules))(
  'the WebSocket of %s opens or is refused for each credential as its rule expects',
  async (id, rule) => {
    const { path } = operations.get(id) ?? { path: '/' };
    api.resetFailures();
    for (const credential of credentials) {
      const outcome = await upgradeOutcome(await pathFor(path, shared), shared.tokens[credential]);
      expect([credential, outcome]).toEqual([credential, outcomes[rule][credential]]);
    }
  },
  60_000,
);

test('a key that closes all connections closes only those of its own tenant', async () => {
  const { id } = gateway.connect(shared.tenantId);
  const token = shared.tokens.other;
  const { body } = await api.request('DELETE', '/v1/connections?all=true', undefined, { token });
  expect(body).toMatchObject({ matched: 0 });
  expect(gateway.connections.map((connection) => connection.id)).toContain(id);
});

function expectRevision(headers: Headers, before: number, after: number): void {
  const shown = headers.get('sluice-revision');
  if (after > before) expect(shown).toBe(String(after));
  // `GET /v1/config` shows the revision of the document.
  else expect([null, String(before)]).toContain(shown);
}

/** The operation of a rule; one with another query has ` of a tenant` after its id. */
function operationOf(id: string): string {
  return id.replace(/ .*/, '');
}

function operationsOf(document: OpenAPIObject): Map<string, FoundOperation> {
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DescribedOperation>).map(
      ([method, { operationId, responses }]) => {
        const success = Math.min(...Object.keys(responses).map(Number));
        return [operationId, { method: method.toUpperCase(), path, success }] as const;
      },
    ),
  );
  return new Map(found);
}

async function makeWorld(): Promise<World> {
  const slug = `acme-${(count += 1)}`;
  const others = [`suspended-${count}`, `other-${count}`] as const;
  const tenantId = (await make('/v1/tenants', { slug, hosts: null })).id;
  await make('/v1/tenants', { slug: others[0] });
  const otherId = (await make('/v1/tenants', { slug: others[1] })).id;
  const limitedTo = async (id: string, role: string) =>
    (await make('/v1/operators', { name: 'Lin', role, tenantIds: [id] })).token;
  const key = async (tenant: string, scope: string) =>
    make(`/v1/tenants/${tenant}/api-keys`, {
      name: `${scope} ${(count += 1)}`,
      // A key without the scope connect cannot issue tickets.
      scopes: scope === 'manage' ? ['manage', 'connect'] : [scope],
    });
  const expired = await key(slug, 'manage');
  await api.expireKey(expired.id);
  const revoked = await key(slug, 'manage');
  await api.request('DELETE', `/v1/tenants/${slug}/api-keys/${revoked.id}`);
  const revokedOperator = await make('/v1/operators', { name: 'Eve', role: 'admin' });
  await api.request('DELETE', `/v1/operators/${revokedOperator.id}`);
  const tokens = {
    operator: (await make('/v1/operators', { name: 'Ada', role: 'admin' })).token,
    viewer: (await make('/v1/operators', { name: 'Bob', role: 'viewer' })).token,
    revokedOperator: revokedOperator.token,
    ...{ none: null, garbage: 'slc_000000000000_garbage', admin: adminToken, revoked: revoked.key },
    manage: (await key(slug, 'manage')).key,
    read: (await key(slug, 'read')).key,
    connect: (await key(slug, 'connect')).key,
    expired: expired.key,
    suspended: (await key(others[0], 'manage')).key,
    other: (await key(others[1], 'manage')).key,
    limited: await limitedTo(tenantId, 'admin'),
    limitedViewer: await limitedTo(tenantId, 'viewer'),
    limitedToOther: await limitedTo(otherId, 'admin'),
  };
  await api.request('PATCH', `/v1/tenants/${others[0]}`, { status: 'suspended' });
  return { tenantId, slug, tokens };
}

/** The path with a new resource of the tenant for each of its parameters. */
async function pathFor(template: string, { tenantId, slug }: World): Promise<string> {
  const tenant = `/v1/tenants/${slug}`;
  const makers: Record<string, () => Promise<string> | string> = {
    tenant: () => slug,
    route: async () => (await make(`${tenant}/routes`, aRoute())).id,
    key: async () => (await make(`${tenant}/api-keys`, aKey())).id,
    connection: () => gateway.connect(tenantId).id,
    operator: async () => (await make('/v1/operators', { name: 'x', role: 'viewer' })).id,
    gateway: () => gateway.id,
    webhook: () => makeWebhook(slug),
    delivery: () => makeDelivery(),
  };
  let path = template;
  for (const [parameter, name = ''] of template.matchAll(/\{(\w+)\}/g)) {
    path = path.replace(parameter, (await makers[name]?.()) ?? 'no-maker-for-this');
  }
  return path;
}

// A tenant may have 20.
async function makeWebhook(tenant: string): Promise<string> {
  await api.request('DELETE', `/v1/webhooks/${webhook}`);
  webhook = (await make('/v1/webhooks', { ...aWebhook, tenant })).id;
  return webhook;
}

async function makeDelivery(): Promise<string> {
  return (await api.request('POST', `/v1/webhooks/${webhook}/test`)).body.id;
}

async function make(path: string, body: object): Promise<Made> {
  const answer = await api.request('POST', path, body);
  expect(answer.status).toBe(201);
  return JSON.parse(answer.text) as Made;
}

function upgradeOutcome(path: string, token: string | null): Promise<string> {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(api.url.replace('http', 'ws') + path, { headers });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('open', () => {
      socket.terminate();
      resolve('ok');
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      const code = async (): Promise<unknown> => ((await json(response)) as { code: unknown }).code;
      code().then((text) => resolve(`${response.statusCode} ${String(text)}`), reject);
    });
  });
}
