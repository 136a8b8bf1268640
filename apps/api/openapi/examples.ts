/** The echo upstream of `npm start`, so that the suggestions of Swagger UI work there without changes. */
const echoUpstream = 'ws://127.0.0.1:9000';

/** The body that Swagger UI suggests for an operation, by the id of the operation. */
export const bodyExamples: Readonly<Record<string, object>> = {
  createTenant: { slug: 'acme', name: 'Acme', limits: { maxConnections: 1000 } },
  replaceTenant: { name: 'Acme', labels: { env: 'prod' }, limits: { maxConnections: 1000 } },
  updateTenant: { status: 'suspended' },
  createRoute: { name: 'chat', match: { path: '/chat' }, upstreams: [{ url: echoUpstream }] },
  replaceRoute: {
    name: 'chat',
    match: { path: '/chat', pathType: 'exact' },
    upstreams: [
      { url: `${echoUpstream}/a`, weight: 3 },
      { url: `${echoUpstream}/b`, weight: 1 },
    ],
    auth: { mode: 'none' },
  },
  updateRoute: { enabled: false },
  createApiKey: { name: 'web', scopes: ['connect'] },
  replaceApiKey: { scopes: ['connect'], maxConnections: 100 },
  updateApiKey: { maxConnections: 100 },
  rotateStickyKey: { keepPrevious: false },
  createSession: { token: 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000' },
  verifyApiKey: {
    key: 'slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000',
    route: 'chat',
    origin: 'https://acme.example',
  },
  rotateApiKey: { graceSeconds: 3600 },
  issueTicket: { ttlSeconds: 30 },
  replaceConfiguration: {
    version: 1,
    tenants: [
      {
        slug: 'acme',
        routes: [{ name: 'chat', match: { path: '/chat' }, upstreams: [{ url: echoUpstream }] }],
        apiKeys: [
          {
            name: 'web',
            prefix: 'slc_AbC123dEf456',
            secretHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
        ],
      },
    ],
  },
  importNginx: {
    files: {
      'nginx.conf':
        'server { listen 80; server_name chat.example; location /chat { proxy_pass http://127.0.0.1:9000; ' +
        'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; } }',
    },
  },
  createWebhook: {
    name: 'billing',
    url: 'https://hooks.acme.example/sluice',
    events: ['key.revoked', 'upstream.health'],
    tenant: 'acme',
  },
  updateWebhook: { enabled: false },
  rotateWebhook: { graceSeconds: 86_400 },
  explain: {
    url: 'wss://chat.acme.example/socket?room=7',
    headers: [{ name: 'Origin', value: 'https://evil.example' }],
  },
  updateOperator: { role: 'admin' },
  rotateOperator: { graceSeconds: 3600 },
  createOperator: { name: 'Ada', role: 'viewer', tenantIds: null },
  drainGateway: { periodSeconds: 60 },
  rebalanceRoute: { dryRun: true, threshold: 1.1, closesPerSecond: 50 },
};
