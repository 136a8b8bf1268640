/** The keys under which answers are cached; the first part is the kind of resource. */
export const queryKeys = {
  session: ['session'],
  routes: (search: string) => ['routes', { search }],
  connectKeys: (tenant: string) => ['apiKeys', { tenant, scope: 'connect' }],
  name: (kind: string, id: string) => ['names', kind, id],
  connections: (view: 'live' | 'closed', query: object) => ['connections', view, query],
  connection: (id: string) => ['connections', 'one', id],
  routeList: (query: object) => ['routes', 'list', query],
  route: (tenant: string, route: string) => ['routes', 'one', tenant, route],
  keyList: (query: object) => ['apiKeys', 'list', query],
  tenantList: (query: object) => ['tenants', 'list', query],
  tenant: (tenant: string) => ['tenants', 'one', tenant],
  tenantUsage: (tenant: string) => ['usage', tenant],
} as const;
