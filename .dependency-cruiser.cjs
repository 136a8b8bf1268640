/** The directions in which imports may point; docs/decisions/0001-shape.md says why. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'libs-know-no-app',
      comment: 'Dependencies point from apps to libs, never back.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|migrations|test)/' },
    },
    {
      name: 'libs-have-no-framework',
      comment: 'What the gateway does with bytes is plain TypeScript.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: 'node_modules/(@nestjs|typeorm|express|rxjs|reflect-metadata)/' },
    },
    {
      name: 'one-door-per-lib',
      comment: 'A lib is entered through its index.ts.',
      severity: 'error',
      from: { path: '^(apps|migrations|libs/([^/]+))/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/[^/]+/index\\.ts$', '^libs/$2/'] },
    },
    {
      name: 'contract-knows-nobody',
      severity: 'error',
      from: { path: '^libs/(contract|problem-details|settings|api-keys|tunnel)/' },
      to: { path: '^libs/(?!$1/)' },
    },
    {
      name: 'bus-knows-where-redis-is',
      comment: 'How a URL names a Redis is written once, where settings are read.',
      severity: 'error',
      from: { path: '^libs/bus/' },
      to: { path: '^libs/(?!(bus|settings)/)' },
    },
    {
      name: 'only-the-redis-connection-knows-ioredis',
      comment: 'Both buses reach Redis through libs/bus.',
      severity: 'error',
      from: { pathNot: ['^libs/bus/', '^test/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'only-the-database-module-names-the-driver',
      severity: 'error',
      from: { pathNot: ['^apps/api/database/', '^test/', '\\.spec\\.ts$'] },
      to: { path: 'node_modules/(sqlite3|pg)/' },
    },
    {
      name: 'gateway-never-opens-the-database',
      severity: 'error',
      from: { path: '^apps/gateway/' },
      to: { path: '(node_modules/(typeorm|sqlite3|pg)/|^migrations/|^apps/api/)' },
    },
    {
      name: 'api-never-relays',
      severity: 'error',
      from: { path: '^apps/api/' },
      to: {
        path: '^(apps/gateway/|libs/(tunnel|handshake|upstreams|limits|pipeline|connections|routing|engine)/)',
      },
    },
    {
      name: 'product-never-imports-tests',
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
