import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Listed } from './list-view.js';

/** The paging parameters of a list of the API. */
export interface PageRequest {
  limit: number;
  cursor?: string;
  total?: 'true';
}

interface ListPage<Item> {
  items: readonly Item[];
  nextCursor: string | null;
  total?: number;
}

const pageSize = 100;

/**
 * A list that is read page by page, as its end is scrolled into view. Only the first page asks for the total.
 */
export function useList<Item>(
  queryKey: readonly unknown[],
  read: (page: PageRequest) => Promise<ListPage<Item>>,
): UseInfiniteQueryResult<Listed<Item>> {
  return useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      read({ limit: pageSize, ...(pageParam === '' ? { total: 'true' } : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    select: ({ pages }) => ({
      items: pages.flatMap(({ items }) => items),
      total: pages[0]?.total ?? null,
    }),
    placeholderData: (previous) => previous,
    // Each page that was read would be read again.
    refetchOnWindowFocus: false,
  });
}
