import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../api/client.js';
import { queryKeys } from '../api/query-keys.js';
import type { Handshake } from './credential.js';

export type Route = Schemas['Route'];

const maxChoices = 50;

/** Routes whose name, host or path begins with the searched words. */
export function useRoutes(search: string): UseQueryResult<Route[]> {
  return useQuery({
    queryKey: queryKeys.routes(search),
    queryFn: async () => {
      const query = { limit: maxChoices, ...(/[\p{L}\p{N}]/u.test(search) && { q: search }) };
      return (await answered(api.GET('/v1/routes', { params: { query } }))).items;
    },
    placeholderData: (previous) => previous,
  });
}

/** The live keys of a tenant that may open connections. */
export function useConnectKeys(tenant: string | null): UseQueryResult<Schemas['ApiKey'][]> {
  return useQuery({
    queryKey: queryKeys.connectKeys(tenant ?? ''),
    enabled: tenant !== null,
    queryFn: async () => {
      const params = { path: { tenant: tenant ?? '' }, query: { limit: 200 } };
      const { items } = await answered(api.GET('/v1/tenants/{tenant}/api-keys', { params }));
      return items.filter(({ revokedAt, scopes }) => revokedAt === null && scopes.includes('connect'));
    },
  });
}

export function useIssueTicket(): UseMutationResult<string, Error, { tenant: string; key: string }> {
  return useMutation({
    mutationFn: async (path) => {
      const params = { path };
      const request = api.POST('/v1/tenants/{tenant}/api-keys/{key}/tickets', { params, body: {} });
      return (await answered(request)).ticket;
    },
  });
}

export type Explanation = Schemas['ExplainAnswer'];

/** What a gateway would decide about a handshake that has failed. */
export function useExplanation(): UseMutationResult<Explanation, Error, Handshake> {
  return useMutation({
    mutationFn: ({ url, subprotocols, headers: given }) => {
      const headers = given === null ? [{ name: 'Origin', value: window.location.origin }] : [...given];
      if (subprotocols.length > 0) {
        headers.push({ name: 'Sec-WebSocket-Protocol', value: subprotocols.join(', ') });
      }
      return answered(api.POST('/v1/explain', { body: { url, headers } }));
    },
  });
}
