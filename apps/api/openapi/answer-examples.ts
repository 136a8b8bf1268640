import {
  quotaSchema,
  routeSchema,
  tenantSchema,
  type ApiKey,
  type Connection,
  type Gateway,
  type Session,
} from '#libs/contract';
import { entityTag } from '../http/etag.js';
import { explanation } from './example-explanation.js';
import { exampleIds as ids } from './example-ids.js';
import { nginxImport } from './example-nginx-import.js';
import { overview } from './example-overview.js';
import { webhookExamples } from './example-webhooks.js';
import { bodyExamples } from './examples.js';

const at = '2026-11-29T09:10:00.000Z';
const later = '2026-11-29T10:10:00.000Z';
const times = { createdAt: at, updatedAt: at };

const tenant = tenantSchema.parse({
  id: ids.tenant,
  slug: 'acme',
  name: 'Acme',
  labels: { env: 'prod' },
  status: 'active',
  limits: { maxConnections: 1000 },
  ...times,
});

const route = routeSchema.parse({
  id: ids.route,
  tenantId: ids.tenant,
  ...bodyExamples['createRoute'],
  upstreamTls: {},
  ...times,
});

const apiKey: ApiKey = {
  id: ids.apiKey,
  tenantId: ids.tenant,
  name: 'web',
  labels: { env: 'prod' },
  scopes: ['connect'],
  routeIds: null,
  ...{ maxConnections: null, messagesPerSecond: 50, bytesPerSecond: null },
  quota: quotaSchema.parse({ connections: 100_000 }),
  expiresAt: null,
  prefix: 'slc_AbC123dEf456',
  previous: null,
  revokedAt: null,
  lastUsedAt: null,
  createdAt: at,
};
const issuedApiKey = {
  ...apiKey,
  key: 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000',
};

const session: Session = {
  kind: 'apiKey',
  name: 'web',
  ...{ canManage: true, isPlatform: false, gatewayUrl: 'wss://ws.example' },
  tenant: { id: ids.tenant, slug: 'acme', name: 'Acme' },
  keyId: ids.apiKey,
  scopes: ['manage'],
};

const operator = {
  ...{ id: ids.operator, name: 'Ada' },
  role: 'viewer',
  tenantIds: null,
  prefix: 'slo_0123456789abcdef',
  revokedAt: null,
  createdAt: at,
};

const relayed = {
  messages: 12,
  frames: 14,
  controlFrames: 2,
  bytes: 1480,
  lastActivityAt: later,
  roundTripMs: 0.8,
};
const connection: Connection = {
  id: ids.connection,
  tenantId: ids.tenant,
  routeId: ids.route,
  apiKeyId: ids.apiKey,
  gatewayId: ids.gateway,
  clientAddress: '203.0.113.7',
  upstreamUrl: 'ws://127.0.0.1:9000',
  ...{ subprotocol: null, bufferedBytes: 0 },
  since: at,
  state: 'open',
  fromClient: relayed,
  fromUpstream: relayed,
};

const closedConnection = {
  ...{
    id: ids.connection,
    tenantId: ids.tenant,
    routeId: ids.route,
    apiKeyId: ids.apiKey,
    gatewayId: ids.gateway,
  },
  ...{ clientAddress: '203.0.113.7', upstreamUrl: 'ws://10.0.0.5:9000/', subprotocol: null, since: at },
  ...{ closedAt: later, endedBy: 'gateway', closeCode: 1008, reason: 'key revoked', durationMs: 60_000 },
  fromClient: { messages: 12, bytes: 3400 },
  fromUpstream: { messages: 40, bytes: 98_000 },
};

const gateway: Gateway = {
  id: ids.gateway,
  supervisorId: null,
  version: '0.1.0',
  startedAt: at,
  appliedRevision: 42,
  connections: 250,
  state: 'ready',
  refusal: null,
  drain: null,
  lastSeenAt: later,
};
const drain = { startedAt: later, periodMs: 60_000, total: 250, remaining: 250 };

const traffic = { messages: 1200, bytes: 148_000, messagesPerSecond: 20, bytesPerSecond: 2480 };
const usage = { connections: 250, fromClients: traffic, fromUpstreams: traffic };

const usagePeriod = {
  from: '2026-11-29T00:00:00.000Z',
  tenantId: ids.tenant,
  connections: 310,
  connectionMs: 7_200_000,
  fromClients: { messages: 1200, bytes: 148_000 },
  fromUpstreams: { messages: 1200, bytes: 142_000 },
};

const pageOf = (item: object): object => ({ items: [item], nextCursor: null });
const listOf = (item: object): object => ({ ...pageOf(item), etags: [entityTag(item)] });
const closed = { matched: 1, closed: 1, silentGateways: [] };

/** Example answers of each operation with one, by its id; by id and status where they differ. */
export const answerExamples: Readonly<Record<string, object>> = {
  createTenant: tenant,
  getTenant: tenant,
  replaceTenant: tenant,
  updateTenant: { ...tenant, status: 'suspended', updatedAt: later },
  listTenants: listOf(tenant),
  getTenantUsage: {
    tenantId: ids.tenant,
    limits: { maxConnections: 1000, messagesPerSecond: null, bytesPerSecond: null },
    total: usage,
    gateways: [{ gatewayId: ids.gateway, ...usage }],
    ceilings: [{ limit: 'limits.maxConnections', ceiling: 1000, used: 250 }],
    routes: [{ routeId: ids.route, ceilings: [{ limit: 'maxConnections', ceiling: 200, used: 120 }] }],
    apiKeys: [{ apiKeyId: ids.apiKey, ceilings: [{ limit: 'messagesPerSecond', ceiling: 50, used: 12 }] }],
    ...{ exhaustedUntil: null, silentGateways: [] },
  },
  getTenantUsageHistory: pageOf({ ...usagePeriod, routeId: ids.route }),
  listUsageHistory: pageOf(usagePeriod),
  createSession: session,
  getSession: session,
  verifyApiKey: {
    valid: true,
    code: null,
    keyId: ids.apiKey,
    name: 'web',
    tenantId: ids.tenant,
    scopes: ['connect'],
    routeIds: null,
    expiresAt: null,
  },
  ...webhookExamples,
  explain: explanation,
  createRoute: route,
  getRoute: route,
  replaceRoute: { ...route, updatedAt: later },
  updateRoute: { ...route, enabled: false, updatedAt: later },
  listRoutes: listOf(route),
  listAllRoutes: listOf(route),
  listRouteUpstreams: {
    upstreams: [
      {
        id: 'ups_0123456789abcdef',
        ...route.upstreams[0],
        health: [
          {
            gatewayId: ids.gateway,
            discoveredUrl: null,
            state: 'healthy',
            since: at,
            why: null,
            lastProbe: { at: later, ok: true, detail: 'it answered the ping', durationMs: 2 },
            connections: 250,
            pending: 0,
          },
        ],
      },
    ],
    queues: [{ gatewayId: ids.gateway, requests: 0 }],
    silentGateways: [],
  },
  rebalanceRoute: {
    upstreams: [
      {
        id: 'ups_w29rj4kkan05qh8q',
        url: 'ws://10.0.0.5:9000/base',
        connections: 600,
        fairShare: 400,
        closes: 200,
      },
    ],
    closes: 200,
    periodMs: 4000,
    silentGateways: [],
  },
  getRebalance: { isRunning: true, startedAt: later, total: 200, remaining: 120, silentGateways: [] },
  stopRebalance: { isRunning: false, startedAt: later, total: 80, remaining: 0, silentGateways: [] },
  createApiKey: issuedApiKey,
  getApiKey: apiKey,
  replaceApiKey: { ...apiKey, maxConnections: 100 },
  'replaceApiKey 201': issuedApiKey,
  updateApiKey: { ...apiKey, maxConnections: 100 },
  listApiKeys: listOf(apiKey),
  listAllApiKeys: listOf(apiKey),
  rotateApiKey: { ...issuedApiKey, previous: { prefix: 'slc_000000000000', expiresAt: later } },
  rotateStickyKey: { id: ids.stickyKey, tenantId: ids.tenant, rotatedAt: later },
  issueTicket: { ticket: 'slt_0000000000000000000000000000000000000000000_000000', expiresAt: later },
  createOperator: { ...operator, token: 'slo_0123456789abcdef_0000000000000000000000000000000000000000000' },
  rotateOperator: { ...operator, token: 'slo_0123456789abcdef_0000000000000000000000000000000000000000000' },
  updateOperator: operator,
  getOperator: operator,
  listOperators: pageOf(operator),
  getOverview: overview,
  listConnections: { ...pageOf(connection), silentGateways: [] },
  countConnections: {
    by: 'tenant',
    groups: [{ group: ids.tenant, connections: 250 }],
    total: 250,
    isExact: true,
    silentGateways: [],
  },
  listClosedConnections: { ...pageOf(closedConnection), silentGateways: [] },
  getConnection: connection,
  closeConnection: closed,
  closeConnections: closed,
  listGateways: pageOf(gateway),
  getGateway: gateway,
  drainGateway: { ...gateway, state: 'draining', drain },
  undrainGateway: gateway,
  listAudit: pageOf({
    id: ids.audit,
    revision: 42,
    at,
    actor: { kind: 'admin', id: null },
    action: 'tenant.update',
    targetId: ids.tenant,
    tenantId: ids.tenant,
    clientAddress: '127.0.0.1',
    requestId: 'req_01jd3x4m5n6p7q8r9s0t1v2w3x',
    details: null,
    before: { status: 'active' },
    after: { status: 'suspended' },
  }),
  importNginx: nginxImport,
  getConfiguration: { version: 1, tenants: [] },
  replaceConfiguration: {
    dryRun: false,
    revision: 43,
    created: [{ kind: 'route', id: ids.route, tenant: 'acme', name: '*/chat' }],
    updated: [],
    deleted: [],
  },
  getLiveness: { status: 'ok' },
  getIndex: {
    docs: '/docs/',
    openapi: '/openapi.json',
    paths: {
      '/v1/tenants': { POST: 'Create a tenant', GET: 'List tenants, with filters, text search and order' },
    },
  },
  getReadiness: {
    status: 'ready',
    database: 'writable',
    publisher: { state: 'inStep', committedRevision: 42, publishedRevision: 42 },
  },
  getOpenApi: { openapi: '3.1.0', info: { title: 'Sluice', version: '1' }, paths: {} },
};
