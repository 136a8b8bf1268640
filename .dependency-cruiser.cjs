/**
 * The folders of apps/api. Each may import the folders after it, and none before it,
 * so no two import each other.
 */
const apiFolders = [
  // Features: each serves its part of the REST API.
  ...[
    'root',
    'console',
    'session',
    'health',
    'tap',
    'test-connections',
    'usage',
    'overview',
    'explain',
    'webhooks',
    'operators',
    'events',
    'gateways',
    'connections',
    'upstreams',
  ],
  ...['nginx-import', 'configuration', 'routes', 'api-keys', 'tenants', 'audit-retention'],
  // Services that features share.
  ...[
    'plans',
    'sockets',
    'publishing',
    'webhook-queue',
    'metrics',
    'audit',
    'idempotency',
    'fleet',
    'openapi',
    'authentication',
  ],
  // How each kind of resource is stored, published, audited and documented.
  'resources',
  // Pages of resources, by filter and order.
  'lists',
  // The base: requests and answers, tables, injection tokens.
  ...['http', 'database', 'composition'],
];

/** The folders of apps/gateway, in the same way. */
const gatewayFolders = [
  // Lifecycle: start, drain and stop of a gateway, and answers to the API and to load balancers.
  ...['lifecycle', 'health', 'fleet'],
  // Connections: admission, listeners and metrics.
  ...['data-plane', 'listeners', 'metrics', 'overview'],
  // Several gateway processes of one command.
  'supervisor',
];

const folderRules = (app, folders) => [
  {
    name: `${app}-folder-has-a-place`,
    comment: `A new folder of apps/${app} gets its place in ${app}Folders.`,
    severity: 'error',
    from: { path: `^apps/${app}/(?!(${folders.join('|')})/)[^/]+/` },
    to: {},
  },
  ...folders.map((folder, index) => ({
    name: `${app}-${folder}-imports-downward`,
    comment: `Folders of apps/${app} import in one order, so that each is understood from those below it alone.`,
    severity: 'error',
    from: { path: `^apps/${app}/${folder}/`, pathNot: '\\.spec\\.ts$' },
    to: { path: `^apps/${app}/(${[...folders.slice(0, index), '[^/]+$'].join('/|')})` },
  })),
];

/** The directions in which imports may point; docs/decisions/0001-shape.md says why. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Files that import each other can only be read and tested together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Dependencies point from apps to libs, never back.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|migrations|test)/' },
    },
    {
      name: 'libs-have-no-framework',
      comment: 'What the gateway decides is plain TypeScript, read and tested without a framework.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: 'node_modules/(@nestjs|typeorm|express|rxjs|reflect-metadata)/' },
    },
    {
      name: 'one-door-per-lib',
      comment: 'A lib is imported through its index.ts, so that everything else in it can change freely.',
      severity: 'error',
      from: { path: '^(apps|migrations|libs/([^/]+))/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/index\\.ts$', '^libs/$2/'] },
    },
    {
      name: 'foundations-import-no-lib',
      comment: 'Every other lib may import these, so they import none; each can be read alone.',
      severity: 'error',
      from: { path: '^libs/(async|contract|problem-details|tunnel)/' },
      to: { path: '^libs/(?!$1/)' },
    },
    {
      name: 'settings-import-only-addresses',
      comment:
        'Settings are read before anything else exists; only the ranges of addresses in them are parsed elsewhere.',
      severity: 'error',
      from: { path: '^libs/settings/' },
      to: { path: '^libs/(?!(settings|addresses)/)' },
    },
    {
      name: 'redis-imports-only-settings',
      comment:
        'Redis URLs are parsed once, where settings are read; the users of a connection decide what they store in Redis.',
      severity: 'error',
      from: { path: '^libs/redis/' },
      to: { path: '^libs/(?!(redis|settings|async)/)' },
    },
    {
      name: 'only-redis-imports-ioredis',
      comment:
        'The buses, the limits and the tickets reach Redis through libs/redis, so that another client is a change of one folder.',
      severity: 'error',
      from: { pathNot: ['^libs/redis/', '^test/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'only-the-database-module-names-the-driver',
      comment: 'Replacing sqlite3 or pg is a change of one folder (docs/decisions/0003-libraries.md).',
      severity: 'error',
      from: { pathNot: ['^apps/api/database/', '^test/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/(sqlite3|pg)/' },
    },
    {
      name: 'gateway-never-opens-the-database',
      comment:
        'A gateway serves without the API and its database; it knows only the published configuration.',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: '(node_modules/(typeorm|sqlite3|pg)/|^migrations/|^apps/api/)' },
    },
    {
      name: 'api-never-relays',
      comment: 'The data plane can fail, scale and be replaced without the API.',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: {
        path: '^(apps/gateway/|libs/(tunnel|handshake|upstreams|limits|pipeline|connections|routing|engine)/)',
      },
    },
    {
      name: 'console-is-a-page',
      comment: 'The console runs in a browser, and knows the API by its OpenAPI document alone.',
      severity: 'error',
      from: { path: '^apps/console/', pathNot: '\\.spec\\.tsx?$' },
      to: { path: '^(apps/(?!console/)|libs/|migrations/|test/)' },
    },
    {
      name: 'nothing-imports-the-console',
      comment: 'The API serves its built files.',
      severity: 'error',
      from: { pathNot: ['^apps/console/', '^test/console/'] },
      to: { path: '^apps/console/' },
    },
    ...folderRules('api', apiFolders),
    ...folderRules('gateway', gatewayFolders),
    {
      name: 'entities-know-no-feature',
      comment: 'A table is described by itself, so that every folder can read it without a circle.',
      severity: 'error',
      from: { path: '^apps/api/database/entities/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps/(?!api/database/entities/)|migrations/)' },
    },
    {
      name: 'migrations-know-no-app',
      comment: 'A migration always does the same, even after the entities have changed.',
      severity: 'error',
      from: { path: '^migrations/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^apps/' },
    },
    {
      name: 'product-never-imports-tests',
      comment: 'Test support is not built into the product.',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^test/|\\.spec\\.ts$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['sluice-source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
