/** The keys under which answers are cached; the first part is the kind of resource. */
export const queryKeys = {
  session: ['session'],
  routes: (search: string) => ['routes', { search }],
  connectKeys: (tenant: string) => ['apiKeys', { tenant, scope: 'connect' }],
} as const;
