import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { OverviewSearch } from './overview-search.js';

export type Overview = Schemas['Overview'];

const refreshEveryMs = { '1m': 2000, '10m': 5000, '1h': 15_000 };

/** What the fleet, or the own tenants, did in a window. */
export function useOverview({ window = '10m', sort = 'messages' }: OverviewSearch): UseQueryResult<Overview> {
  const query = { window, sort };
  return useQuery({
    queryKey: queryKeys.overview(query),
    queryFn: () => answered(api.GET('/v1/overview', { params: { query } })),
    refetchInterval: refreshEveryMs[window],
    placeholderData: (previous) => previous,
  });
}
