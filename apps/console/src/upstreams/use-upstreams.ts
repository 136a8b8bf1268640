import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, answeredWhole, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { UpstreamsSearch } from './upstreams-search.js';

export type Route = Pick<
  Schemas['Route'],
  'id' | 'tenantId' | 'name' | 'enabled' | 'match' | 'upstreams' | 'balancing'
>;
export type RouteUpstreams = Schemas['RouteUpstreams'];
export type RouteUpstream = RouteUpstreams['upstreams'][number];
export type UpstreamHealth = Schemas['UpstreamHealth'];
export type RebalanceState = Schemas['RebalanceState'];
export type RebalanceOutcome = Schemas['RebalanceOutcome'];

// Each route is a question to all gateways.
const pageSize = 20;
const refreshEveryMs = 5000;
const progressEveryMs = 1000;

/** Routes whose upstreams are shown. */
export function useRoutePages(search: UpstreamsSearch): UseInfiniteQueryResult<Route[]> {
  const { q, tenant, upstream } = search;
  const query = {
    limit: pageSize,
    sort: 'name',
    ...(q && { q }),
    ...(tenant && { tenant }),
    ...(upstream && { upstream }),
  } as const;
  return useInfiniteQuery({
    queryKey: queryKeys.routesWithUpstreams(query),
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      return answered(api.GET('/v1/routes', { params: { query: { ...query, ...cursor } } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
  });
}

/** The upstreams of a route with their health at each gateway. */
export function useUpstreams({ tenantId, id }: Route): UseQueryResult<RouteUpstreams> {
  const path = { tenant: tenantId, route: id };
  return useQuery({
    queryKey: queryKeys.upstreams(id),
    queryFn: () => answered(api.GET('/v1/tenants/{tenant}/routes/{route}/upstreams', { params: { path } })),
    refetchInterval: refreshEveryMs,
  });
}

interface UpstreamChange {
  url: string;
  weight: number;
  state: RouteUpstream['state'];
}

/** Changes one upstream in the newest version of its route; refused if that changes meanwhile. */
export function useChangeUpstream({
  tenantId,
  id,
}: Route): UseMutationResult<unknown, Error, UpstreamChange> {
  const client = useQueryClient();
  const path = { tenant: tenantId, route: id };
  return useMutation({
    mutationFn: async ({ url, weight, state }) => {
      const read = api.GET('/v1/tenants/{tenant}/routes/{route}', { params: { path } });
      const { data, headers } = await answeredWhole(read);
      const upstreams = data.upstreams.map((upstream) =>
        upstream.url === url ? { ...upstream, weight, state } : upstream,
      );
      const header = { 'If-Match': headers.get('etag') ?? '', Prefer: 'wait=5' };
      const options = { params: { path, header }, body: { upstreams } };
      return answered(api.PATCH('/v1/tenants/{tenant}/routes/{route}', options));
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.upstreams(id) }),
  });
}

export function useRebalanceState({ tenantId, id }: Route): UseQueryResult<RebalanceState> {
  const path = { tenant: tenantId, route: id };
  return useQuery({
    queryKey: queryKeys.rebalance(id),
    queryFn: () =>
      answered(api.GET('/v1/tenants/{tenant}/routes/{route}/upstreams/rebalance', { params: { path } })),
    refetchInterval: ({ state }) => (state.data?.isRunning ? progressEveryMs : refreshEveryMs * 2),
  });
}

export function useRebalance({ tenantId, id }: Route): UseMutationResult<RebalanceOutcome, Error, boolean> {
  const client = useQueryClient();
  const path = { tenant: tenantId, route: id };
  return useMutation({
    mutationFn: (dryRun) =>
      answered(
        api.POST('/v1/tenants/{tenant}/routes/{route}/upstreams/rebalance', {
          params: { path },
          body: { dryRun },
        }),
      ),
    onSuccess: (_outcome, dryRun) => {
      if (!dryRun) void client.invalidateQueries({ queryKey: queryKeys.rebalance(id) });
    },
  });
}

export function useStopRebalance({ tenantId, id }: Route): UseMutationResult<RebalanceState, Error, void> {
  const client = useQueryClient();
  const path = { tenant: tenantId, route: id };
  return useMutation({
    mutationFn: () =>
      answered(api.DELETE('/v1/tenants/{tenant}/routes/{route}/upstreams/rebalance', { params: { path } })),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.rebalance(id) }),
  });
}
