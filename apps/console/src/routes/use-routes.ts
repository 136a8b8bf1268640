import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, answeredWhole, api, formApi, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { FormObject } from '../form/form-value.js';
import type { Listed } from '../parts/list-view.js';
import { searchOf } from '../parts/search-text.js';
import { useList } from '../parts/use-list.js';
import type { RoutesSearch } from './routes-search.js';

/** A route; the types of its public keys differ between reads and writes. */
export type Route = Omit<Schemas['Route'], 'auth'> & { auth: Pick<Schemas['RouteAuth'], 'mode' | 'sources'> };

/** A route with the tag of its version, and the gateways that have not applied it yet. */
export interface RouteVersion {
  route: Route;
  etag: string;
  behind: string | null;
}

export function useRouteList(search: RoutesSearch): UseInfiniteQueryResult<Listed<Route>> {
  const { q, label, tenant, host, upstream, enabled, pathType, sort = 'name' } = search;
  const others = { tenant, host, upstream, enabled, pathType };
  const set = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const filters = { ...set, ...searchOf(q), ...(label !== undefined && { label: [label] }), sort };
  return useList(queryKeys.routeList(filters), (page) =>
    answered(api.GET('/v1/routes', { params: { query: { ...filters, ...page } } })),
  );
}

/** A route as it is opened for editing; it is not read again while a user edits it. */
export function useRoute(tenant: string, route: string): UseQueryResult<RouteVersion> {
  return useQuery({
    queryKey: queryKeys.route(tenant, route),
    queryFn: () => readRoute(tenant, route),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export async function readRoute(tenant: string, route: string): Promise<RouteVersion> {
  const request = api.GET('/v1/tenants/{tenant}/routes/{route}', { params: { path: { tenant, route } } });
  return versionOf(await answeredWhole(request));
}

interface Saving {
  tenant: string;
  /** The version on which the change is based; null: a new route. */
  base: RouteVersion | null;
  value: FormObject;
}

/** Creates a route, or replaces the version that was edited, and no later one. */
export function useSaveRoute(): UseMutationResult<RouteVersion, Error, Saving> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ tenant, base, value }) => {
      const Prefer = 'wait=5';
      if (base === null) {
        const options = { params: { path: { tenant }, header: { Prefer } }, body: value };
        return versionOf(await answeredWhole(formApi.POST('/v1/tenants/{tenant}/routes', options)));
      }
      const header = { 'If-Match': base.etag, Prefer };
      const options = { params: { path: { tenant, route: base.route.id }, header }, body: value };
      return versionOf(await answeredWhole(formApi.PUT('/v1/tenants/{tenant}/routes/{route}', options)));
    },
    onSuccess: (saved) => {
      client.setQueryData(queryKeys.route(saved.route.tenantId, saved.route.id), saved);
      return client.invalidateQueries({ queryKey: ['routes', 'list'] });
    },
  });
}

export function useDeleteRoute(): UseMutationResult<undefined, Error, RouteVersion> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ route: { tenantId, id }, etag }) => {
      const params = {
        path: { tenant: tenantId, route: id },
        header: { 'If-Match': etag, Prefer: 'wait=5' },
      };
      await answered(api.DELETE('/v1/tenants/{tenant}/routes/{route}', { params }));
      return undefined;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['routes', 'list'] }),
  });
}

function versionOf({ data, headers }: { data: Route; headers: Headers }): RouteVersion {
  return { route: data, etag: headers.get('etag') ?? '', behind: headers.get('sluice-gateways-behind') };
}

/** Which route a URL reaches, and what a gateway would answer. */
export function useMatch(): UseMutationResult<Schemas['ExplainAnswer'], Error, string> {
  return useMutation({
    mutationFn: (url) => answered(api.POST('/v1/explain', { body: { url } })),
  });
}
