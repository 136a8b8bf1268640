import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { readAuditSearch } from './audit/audit-search.js';
import { readConnectionsSearch } from './connections/connections-search.js';
import { readKeysSearch } from './keys/keys-search.js';
import { textIn } from './parts/search-text.js';
import { readRoutesSearch } from './routes/routes-search.js';
import { readExplainSearch } from './explain/explain-search.js';
import { readUpstreamsSearch } from './upstreams/upstreams-search.js';
import { readConfigurationSearch } from './configuration/configuration-search.js';
import { readOverviewSearch } from './overview/overview-search.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';
import { readTenantsSearch } from './tenants/tenants-search.js';
import { readTestSearch } from './test/test-search.js';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/overview', throw: true });
  },
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('./overview/overview-page.js'), 'OverviewPage'),
});

const test = createRoute({
  getParentRoute: () => root,
  path: '/test',
  validateSearch: readTestSearch,
  component: lazyRouteComponent(() => import('./test/test-page.js'), 'TestPage'),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  validateSearch: readConnectionsSearch,
  component: lazyRouteComponent(() => import('./connections/connections-page.js'), 'ConnectionsPage'),
});

const connection = createRoute({
  getParentRoute: () => root,
  path: '/connections/$connection',
  component: lazyRouteComponent(() => import('./connections/connection-page.js'), 'ConnectionPage'),
});

const routes = createRoute({
  getParentRoute: () => root,
  path: '/routes',
  validateSearch: readRoutesSearch,
  component: lazyRouteComponent(() => import('./routes/routes-page.js'), 'RoutesPage'),
});

const newRoute = createRoute({
  getParentRoute: () => root,
  path: '/routes/new',
  validateSearch: (search: Record<string, unknown>): { tenant?: string } => ({
    tenant: textIn(search, 'tenant'),
  }),
  component: lazyRouteComponent(() => import('./routes/route-page.js'), 'NewRoutePage'),
});

const route = createRoute({
  getParentRoute: () => root,
  path: '/routes/$tenant/$route',
  component: lazyRouteComponent(() => import('./routes/route-page.js'), 'RoutePage'),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: '/keys',
  validateSearch: readKeysSearch,
  component: lazyRouteComponent(() => import('./keys/keys-page.js'), 'KeysPage'),
});

const tenants = createRoute({
  getParentRoute: () => root,
  path: '/tenants',
  validateSearch: readTenantsSearch,
  component: lazyRouteComponent(() => import('./tenants/tenants-page.js'), 'TenantsPage'),
});

const explain = createRoute({
  getParentRoute: () => root,
  path: '/explain',
  validateSearch: readExplainSearch,
  component: lazyRouteComponent(() => import('./explain/explain-page.js'), 'ExplainPage'),
});

const gateways = createRoute({
  getParentRoute: () => root,
  path: '/gateways',
  component: lazyRouteComponent(() => import('./gateways/gateways-page.js'), 'GatewaysPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page.js'), 'AuditPage'),
});

const upstreams = createRoute({
  getParentRoute: () => root,
  path: '/upstreams',
  validateSearch: readUpstreamsSearch,
  component: lazyRouteComponent(() => import('./upstreams/upstreams-page.js'), 'UpstreamsPage'),
});

const configuration = createRoute({
  getParentRoute: () => root,
  path: '/configuration',
  validateSearch: readConfigurationSearch,
  component: lazyRouteComponent(() => import('./configuration/configuration-page.js'), 'ConfigurationPage'),
});

/** The views of the console, each with its URL under `/console`. */
export const router = createRouter({
  routeTree: root.addChildren([
    index,
    overview,
    test,
    connections,
    connection,
    routes,
    newRoute,
    route,
    keys,
    tenants,
    explain,
    gateways,
    audit,
    upstreams,
    configuration,
  ]),
  basepath: '/console',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
