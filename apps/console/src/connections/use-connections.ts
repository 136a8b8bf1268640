import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, api, ApiError, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import { closeEach, type CloseOutcome } from './close-connections.js';
import { filtersIn, type ConnectionFilters, type ConnectionsSearch } from './connections-search.js';

export type Connection = Schemas['Connection'];
export type ClosedConnection = Schemas['ClosedConnection'];

const pageSize = 200;
const refreshEveryMs = 2000;
// Events report connections that end.
const refreshClosedEveryMs = 10_000;
// Each refresh reads all pages again that were scrolled into view.
const pagesPerRefresh = 4;

/** All read pages of a list, joined. */
interface Listed<Item> {
  items: Item[];
  /** Gateways that did not answer, so the list is incomplete. */
  silentGateways: string[];
}

type ListResult<Item> = UseInfiniteQueryResult<Listed<Item>>;

/** Live connections, read again every two seconds. */
export function useLiveConnections(search: ConnectionsSearch, isEnabled: boolean): ListResult<Connection> {
  const query = { ...filtersIn(search), limit: pageSize, sort: search.sort ?? '-openedAt' } as const;
  return useInfiniteQuery({
    queryKey: queryKeys.connections('live', query),
    enabled: isEnabled,
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      return answered(api.GET('/v1/connections', { params: { query: { ...query, ...cursor } } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => joined(pages),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => refreshEveryMs * slowness(state.data?.pages.length ?? 0),
  });
}

/** Connections that have ended, newest first. */
export function useClosedConnections(
  search: ConnectionsSearch,
  isEnabled: boolean,
): ListResult<ClosedConnection> {
  const { endedBy, code } = search;
  const query = {
    ...filtersIn(search),
    limit: pageSize,
    ...(endedBy && { endedBy }),
    // The API reports other codes as errors.
    ...(code && { code: Number(code) }),
  };
  return useInfiniteQuery({
    queryKey: queryKeys.connections('closed', query),
    enabled: isEnabled,
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      return answered(api.GET('/v1/connections/closed', { params: { query: { ...query, ...cursor } } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => joined(pages),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => refreshClosedEveryMs * slowness(state.data?.pages.length ?? 0),
  });
}

/** A live connection; null once it has ended. */
export function useConnection(id: string): UseQueryResult<Connection | null> {
  return useQuery({
    queryKey: queryKeys.connection(id),
    queryFn: async () => {
      try {
        return await answered(
          api.GET('/v1/connections/{connection}', { params: { path: { connection: id } } }),
        );
      } catch (error) {
        if (error instanceof ApiError && error.problem?.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data === null ? false : 1000),
  });
}

/** The connections to close: these, or all that match the filters. */
export type CloseTarget = { connections: readonly string[] } | { filters: ConnectionFilters };

export interface Closing {
  target: CloseTarget;
  code: number;
  reason: string;
  dryRun: boolean;
}

export function useClose(): UseMutationResult<CloseOutcome, Error, Closing> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ target, code, reason, dryRun }) => {
      const query = { code, reason, ...(dryRun && ({ dryRun: 'true' } as const)) };
      if ('connections' in target) return closeEach(target.connections, query);
      const { filters } = target;
      const selection = Object.keys(filters).length === 0 ? ({ all: 'true' } as const) : filters;
      return answered(api.DELETE('/v1/connections', { params: { query: { ...selection, ...query } } }));
    },
    onSuccess: (_outcome, { dryRun }) => {
      if (!dryRun) void client.invalidateQueries({ queryKey: ['connections'] });
    },
  });
}

function slowness(pages: number): number {
  return Math.max(1, pages / pagesPerRefresh);
}

function joined<Item>(pages: readonly { items: Item[]; silentGateways: string[] }[]): Listed<Item> {
  return {
    items: pages.flatMap(({ items }) => items),
    silentGateways: [...new Set(pages.flatMap(({ silentGateways }) => silentGateways))],
  };
}
