import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { ConnectionFilters, GroupKind } from './connections-search.js';

export type ConnectionCounts = Schemas['ConnectionCounts'];

const refreshEveryMs = 2000;

/** The largest groups of live connections that match the filters. */
export function useConnectionCounts(
  by: GroupKind,
  filters: ConnectionFilters,
  limit: number,
): UseQueryResult<ConnectionCounts> {
  const query = { ...filters, by, limit };
  return useQuery({
    queryKey: queryKeys.connectionCounts(query),
    queryFn: () => answered(api.GET('/v1/connections/counts', { params: { query } })),
    placeholderData: (previous) => (previous?.by === by ? previous : undefined),
    refetchInterval: refreshEveryMs,
  });
}
