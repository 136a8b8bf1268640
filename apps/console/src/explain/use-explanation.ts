import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';

export type Explanation = Schemas['ExplainAnswer'];
export type Question = Schemas['ExplainRequest'];

/** The decision of a gateway about the question; null asks nothing. A different `asked` asks again. */
export function useExplanation(question: Question | null, asked: number): UseQueryResult<Explanation> {
  return useQuery({
    queryKey: queryKeys.explanation(question, asked),
    enabled: question !== null,
    queryFn: () => {
      if (question === null) throw new Error('there is no question');
      return answered(api.POST('/v1/explain', { body: question }));
    },
    staleTime: Infinity,
    // The question may contain a credential.
    gcTime: 0,
    retry: false,
  });
}
