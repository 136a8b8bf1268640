import {
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { answered, api, ApiError, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';

export type Session = Schemas['Session'];

/** The question who is signed in. */
export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: readSession,
  staleTime: 30_000,
});

/** The session; its data is null when no user is signed in. */
export function useSessionQuery(): UseQueryResult<Session | null> {
  return useQuery(sessionQuery);
}

/** The session of a page that is shown only to who has signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('this page needs a session');
  return data;
}

export function useSignIn(): UseMutationResult<Session, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => answered(api.POST('/v1/session', { body: { token } })),
    onSuccess: (session) => client.setQueryData(queryKeys.session, session),
  });
}

export function useSignOut(): UseMutationResult<undefined, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answered(api.DELETE('/v1/session')),
    onSuccess: () => {
      // Nothing that the last credential has shown stays in memory.
      client.clear();
      client.setQueryData(queryKeys.session, null);
    },
  });
}

async function readSession(): Promise<Session | null> {
  try {
    return await answered(api.GET('/v1/session'));
  } catch (error) {
    if (error instanceof ApiError && error.problem?.status === 401) return null;
    throw error;
  }
}
