import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';

export type Gateway = Schemas['Gateway'];

// Events report the rest; the progress of a drain comes with heartbeats.
const refreshEveryMs = 5000;
const progressEveryMs = 2000;
const maxGateways = 200;

/** All gateways that have sent a heartbeat in the last hour. */
export function useGateways(): UseQueryResult<Gateway[]> {
  return useQuery({
    queryKey: queryKeys.gateways,
    queryFn: async () => {
      const page = answered(api.GET('/v1/gateways', { params: { query: { limit: maxGateways } } }));
      return (await page).items;
    },
    refetchInterval: ({ state }) =>
      state.data?.some(({ drain }) => drain !== null) ? progressEveryMs : refreshEveryMs,
  });
}

/** The newest revision of the configuration. */
export function useNewestRevision(): UseQueryResult<number> {
  return useQuery({
    queryKey: queryKeys.newestRevision,
    queryFn: async () => (await answered(api.GET('/readyz'))).publisher.committedRevision,
    refetchInterval: refreshEveryMs,
    // An API that is not ready still lists its gateways.
    retry: false,
  });
}

export interface Drain {
  gateway: string;
  /** Null: the setting of the gateway. */
  periodSeconds: number | null;
}

export function useDrain(): UseMutationResult<Gateway, Error, Drain> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ gateway, periodSeconds }) => {
      const body = periodSeconds === null ? {} : { periodSeconds };
      return answered(api.POST('/v1/gateways/{gateway}/drain', { params: { path: { gateway } }, body }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.gateways }),
  });
}

export function useUndrain(): UseMutationResult<Gateway, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (gateway) =>
      answered(api.DELETE('/v1/gateways/{gateway}/drain', { params: { path: { gateway } } })),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.gateways }),
  });
}
