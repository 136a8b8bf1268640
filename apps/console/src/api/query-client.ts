import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './client.js';
import { queryKeys } from './query-keys.js';

const maxRetries = 2;

/** The cache of answers. An answer 401 means that the session has ended: the page asks to sign in again. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (hasStatus(error, 401)) client.setQueryData(queryKeys.session, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 2000,
        retry: (failures, error) => isTemporary(error) && failures < maxRetries,
      },
    },
  });
  return client;
}

function hasStatus(error: Error, status: number): boolean {
  return error instanceof ApiError && error.problem?.status === status;
}

function isTemporary(error: Error): boolean {
  return error instanceof ApiError && (error.problem === null || error.problem.status >= 500);
}
