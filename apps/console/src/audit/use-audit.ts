import { keepPreviousData, useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { AuditSearch } from './audit-search.js';

export type AuditEntry = Schemas['AuditEntry'];

const pageSize = 50;
const refreshEveryMs = 60_000;

/** Audit entries, newest first. */
export function useAudit(search: AuditSearch): UseInfiniteQueryResult<AuditEntry[]> {
  const { tenant, actor, action, since, until } = search;
  const query = {
    limit: pageSize,
    ...(tenant && { tenant }),
    ...(actor && { actor }),
    ...(action && { action }),
    ...(since && { since: momentOf(since) }),
    ...(until && { until: momentOf(until) }),
  };
  return useInfiniteQuery({
    queryKey: queryKeys.audit(query),
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === '' ? {} : { cursor: pageParam };
      return answered(api.GET('/v1/audit', { params: { query: { ...query, ...cursor } } }));
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
    refetchInterval: refreshEveryMs,
  });
}

// The API reports text that is not a time.
function momentOf(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? local : time.toISOString();
}
